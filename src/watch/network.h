// The watcher of one network interface: it goes up and down, as rtnetlink tells at once, and
// carries too much or has errors. See watch/watcher.h for who may call it.
#pragma once

#include <vector>

#include "watch/levels.h"
#include "watch/watchers.h"

namespace sloth {

class NetworkWatcher final : public Watcher, public LinkNews::Listener {
 public:
    NetworkWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
                   const WatcherContext& context);
    ~NetworkWatcher() override;
    NetworkWatcher(const NetworkWatcher&) = delete;
    NetworkWatcher& operator=(const NetworkWatcher&) = delete;

    std::optional<MonoTime> notice(const Notice&, MonoTime now) override { return now; }
    Result<Check> check(MonoTime now) override;
    std::string baseline() const override;
    void accept() override;

    bool link_changed(std::string_view name, bool up) override;
    void news_lost() override { lost_ = true; }

 private:
    struct Counted {
        InterfaceReading reading;
        MonoTime at{};
    };

    void turn(bool up, Check& check);
    void measure(const Counted& before, Check& check);

    const Origin origin_;
    const uint64_t owner_;
    Machine& machine_;
    const std::string name_;
    const std::string metric_;
    const std::vector<std::string> conditions_;
    const Micros interval_;
    Levels levels_;
    std::string unaided_;

    std::optional<bool> up_;  // as of the last accepted check
    bool inferred_ = false;   // that is of an earlier life
    std::optional<bool> now_up_;
    std::vector<bool> news_;  // states that it went through; not accepted yet
    size_t news_taken_ = 0;
    bool lost_ = false;
    std::optional<Counted> counted_;
    std::optional<Counted> counted_now_;
};

}  // namespace sloth
