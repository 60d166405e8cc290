// Keeps the outbox within its limits: what is unimportant goes first, of each the oldest, and an
// event with counts says so, in the same commit. Belongs to the agent's thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "ports/watcher_store.h"

namespace sloth {

class OutboxBounds {
 public:
    struct Limits {
        size_t events = 100'000;
        uint64_t bytes = 64 << 20;  // by outbox_bytes(); the file is somewhat larger
        Micros age = 7 * 24h;       // 0: none
    };
    // An agent that was off or suspended gets this time to reach its master before old events go.
    static constexpr Micros kGrace = 10min;
    static constexpr Micros kEvery = 1min;  // for the age, when nothing is added

    // Makes an agent.outbox_overflow of its data.
    using MakeEvent = std::function<Event(std::string data)>;

    OutboxBounds(const Limits& limits, std::string agent, WatcherStore& store, MakeEvent make_event,
                 Log& log);

    // After something was added, and when next() has come. What the master has or may have, up to
    // `handed_over`, does not go: it would be told of as lost.
    Result<void> keep(WallTime wall, MonoTime now, uint64_t handed_over);
    MonoTime next() const;
    // What is old by the clock may not be.
    void clock_jumped(MonoTime now) { aging_from_ = now + kGrace; }

 private:
    Result<void> keep_young(WallTime wall, MonoTime now, uint64_t handed_over);
    Result<void> keep_small(uint64_t handed_over);
    // The first of `heads` that are `excess`.
    std::vector<OutboxHead> enough(std::vector<OutboxHead> heads, const OutboxSize& excess) const;
    Result<void> drop(const std::vector<OutboxHead>& heads, std::string_view reason);

    const Limits limits_;
    const std::string agent_;
    WatcherStore& store_;
    const MakeEvent make_event_;
    Log& log_;
    std::optional<MonoTime> aging_from_;
    MonoTime next_{};
};

}  // namespace sloth
