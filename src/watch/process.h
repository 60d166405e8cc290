// The process watcher: the processes that fit its filter start, end, crash, or use too much. The
// kernel's news tell at once, with how a process ended; where they cannot be had, a descriptor of
// each process (pidfd) tells that it ended, and the walks through /proc the rest. A walk is shared
// by all process watchers of a pass. See watch/watcher.h for who may call it.
//
// "Started" is the first process that fits and "stopped" the last one, unless `each` was asked: a
// server whose helpers come and go has not stopped. "Crashed" is told of every one.
#pragma once

#include <map>
#include <vector>

#include "base/file.h"
#include "watch/levels.h"
#include "watch/process_filter.h"
#include "watch/process_life.h"
#include "watch/watchers.h"

namespace sloth {

class ProcessWatcher final : public Watcher, public ProcessNews::Listener {
 public:
    ProcessWatcher(const WatcherSpec& spec, ProcessFilter filter,
                   const std::optional<std::string>& baseline, const WatcherContext& context);
    ~ProcessWatcher() override;
    ProcessWatcher(const ProcessWatcher&) = delete;
    ProcessWatcher& operator=(const ProcessWatcher&) = delete;

    std::optional<MonoTime> notice(const Notice& notice, MonoTime now) override;
    Result<Check> check(MonoTime now) override;
    std::string baseline() const override;
    void accept() override;

    bool process_started(const ProcessReading& process) override;
    bool process_ended(int pid, int status) override;
    void news_lost() override { lost_ = true; }

 private:
    // What was used up to a walk.
    struct Use {
        std::map<int, uint64_t> cpu;  // ticks, by pid
        MonoTime at{};
    };

    bool knows(int pid) const;
    void hear(ProcessTurn turn);
    Result<void> walk(MonoTime now, ProcessMembers& found);
    Result<void> measure(const std::vector<const ProcessReading*>& members, MonoTime now);
    void add_sighting(const ProcessEvent& event, Check& check) const;
    void add_crossing(const Levels::Crossing& crossing, Check& check) const;
    void watch_ends();
    void forget_pidfd(int pid);

    const Origin origin_;
    const uint64_t owner_;
    Machine& machine_;
    const ProcessFilter filter_;
    const std::string name_;  // for the events; "" is the process's own
    const std::string metric_;
    const bool each_;
    const std::vector<std::string> conditions_;
    const Micros interval_;
    Levels levels_;

    std::optional<ProcessMembers> seen_;  // as of the last accepted check
    bool inferred_ = false;               // seen_ is of an earlier life
    std::optional<ProcessMembers> now_;
    std::vector<ProcessTurn> news_;  // not accepted yet
    size_t news_taken_ = 0;          // by the last check
    bool lost_ = false;              // some news
    std::optional<Use> used_;
    std::optional<Use> used_now_;
    std::optional<Levels::Crossing> crossing_;  // found by the last walk
    std::map<int, Fd> pidfds_;
};

}  // namespace sloth
