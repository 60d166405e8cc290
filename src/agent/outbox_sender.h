// Moves the outbox to the master: one batch in flight, sent at once when there is none, sent again
// when its acknowledgement stays away or the master could not take it. The order is the outbox's.
// Belongs to the agent's thread.
#pragma once

#include <algorithm>
#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "ports/uplink.h"
#include "ports/watcher_store.h"

namespace sloth {

class OutboxSender {
 public:
    struct Options {
        size_t max_events = 50;        // the specification's batch
        uint64_t max_bytes = 2 << 20;  // a message must stay below gRPC's limit of 4 MiB
        // While more than `backlog` wait, a batch is larger: each costs a round trip and a commit.
        size_t backlog = 200;
        size_t backlog_events = 500;
        uint64_t backlog_bytes = 1 << 20;
        Micros resend_after = 2s;     // far above a slow commit; doubles with each time
        Micros resend_longest = 30s;  // a master without room is not asked more often
        Micros hold_longest = 5min;   // whatever the master says
    };

    OutboxSender(Options options, WatcherStore& store, Uplink& uplink)
        : options_(options), store_(store), uplink_(uplink) {}

    // The master has everything up to `sequence`: sending begins behind it.
    Result<void> connected(uint64_t sequence);
    void disconnected();
    Result<void> acknowledged(uint64_t sequence);
    // Nothing for so long, then again what follows the last acknowledgement.
    void hold(Micros wait, MonoTime now);
    // Up to here the master has everything, or may have it.
    uint64_t handed_over() const { return std::max(stored_, in_flight_.value_or(0)); }
    void added() { more_ = true; }  // there is something new in the outbox

    Result<void> step(MonoTime now);
    std::optional<MonoTime> next() const;  // when step() is to be called at the latest

 private:
    Result<void> send(MonoTime now);

    const Options options_;
    WatcherStore& store_;
    Uplink& uplink_;
    bool connected_ = false;
    bool more_ = true;
    uint64_t stored_ = 0;   // by the master, as far as we know
    uint64_t deleted_ = 0;  // here, because of that: behind `stored_` when the disk failed
    std::optional<uint64_t> in_flight_;
    MonoTime resend_at_{};
    unsigned resent_ = 0;
    MonoTime held_until_{};
};

}  // namespace sloth
