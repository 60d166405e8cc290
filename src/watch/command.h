// The command watcher: runs a command now and then and compares what it printed, how it ended, and
// the first number in what it printed. See watch/watcher.h for who may call it.
#pragma once

#include "watch/levels.h"
#include "watch/pattern.h"
#include "watch/shell_command.h"
#include "watch/watchers.h"

namespace sloth {

class CommandWatcher final : public Watcher {
 public:
    CommandWatcher(const WatcherSpec& spec, std::optional<Pattern> pattern,
                   const std::optional<std::string>& baseline, const WatcherContext& context);

    std::optional<MonoTime> notice(const Notice&, MonoTime now) override { return now; }
    Result<Check> check(MonoTime now) override;
    std::string baseline() const override;
    void accept() override;

 private:
    // What is kept of a run.
    struct Seen {
        std::string output;
        std::string hash;  // of all of the output
        bool failed = false;
        bool matched = false;

        bool operator==(const Seen&) const = default;
    };

    void read(const nlohmann::ordered_json& stored);
    Result<void> compare(MonoTime now, Check& check);
    void add(std::string_view kind, nlohmann::ordered_json data, Check& check) const;
    nlohmann::ordered_json describe() const;
    std::string hindrance() const;
    bool wants(std::string_view condition) const;

    const Origin origin_;
    const uint64_t owner_;
    Machine& machine_;
    const std::string command_;
    const std::vector<std::string> conditions_;
    const std::optional<Pattern> pattern_;
    const std::string pattern_text_;
    const int expected_exit_;
    const Micros timeout_;
    Levels levels_;

    std::optional<Seen> seen_;  // as of the last accepted check
    bool inferred_ = false;     // that is of an earlier life
    std::unique_ptr<ShellCommand> run_;
    std::optional<ShellCommand::Outcome> outcome_;  // compared, and not accepted yet
    std::optional<Seen> now_;
};

// The first number in a text: "load 0.75" is 0.75.
std::optional<double> first_number(std::string_view text);

}  // namespace sloth
