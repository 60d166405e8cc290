// The log watcher: tells of each new line that its pattern fits. Where it stands is stored with
// what it told, so that a restart repeats no line and leaves none out. See watch/watcher.h for who
// may call it.
#pragma once

#include "watch/log_reader.h"
#include "watch/path_watch.h"
#include "watch/pattern.h"
#include "watch/watchers.h"

namespace sloth {

class LogWatcher final : public Watcher {
 public:
    LogWatcher(const WatcherSpec& spec, Pattern pattern, const std::optional<std::string>& baseline,
               const WatcherContext& context);

    std::optional<MonoTime> notice(const Notice& notice, MonoTime now) override;
    Result<Check> check(MonoTime now) override;
    std::string baseline() const override;
    void accept() override;

 private:
    void note_absence(Check& check) const;
    void add_sighting(const LogReader::Line& line, std::vector<std::string> match, bool inferred,
                      Check& check) const;

    const Origin origin_;
    const std::string path_;
    const std::string pattern_text_;
    const Pattern pattern_;
    LogReader reader_;
    PathWatch watch_;
    std::optional<MonoTime> due_;  // because of a notice

    std::optional<LogPosition> seen_;  // as of the last accepted check
    bool inferred_ = false;            // seen_ is of an earlier life, and not caught up with yet
    std::optional<LogPosition> now_;
    bool more_ = false;
};

}  // namespace sloth
