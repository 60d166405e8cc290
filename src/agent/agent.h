// The agent: watchers into the outbox, the outbox to the master, operators' requests answered. It
// listens on nothing. One thread runs `run()`, or a test calls `step()`; only `wake()` may be
// called from others. Whoever builds it owns what it is lent.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "agent/clock_jumps.h"
#include "agent/outbox_bounds.h"
#include "agent/outbox_sender.h"
#include "agent/reconnect.h"
#include "agent/watcher_loop.h"
#include "base/file.h"
#include "base/log.h"
#include "domain/agent.h"
#include "ports/clock.h"
#include "ports/random.h"
#include "ports/uplink.h"
#include "ports/watcher_store.h"
#include "watch/machine.h"

namespace sloth {

class LocalAgent {
 public:
    struct Options {
        Agent self;             // name, version, tags, system_info
        Micros heartbeat = 5s;  // the specification's; the master gives up after three
        Micros silence = 15s;   // of the master, after which the stream is taken for dead
        OutboxBounds::Limits outbox{};
        OutboxSender::Options sending{};
    };
    // All outlive the agent.
    struct Parts {
        WatcherStore& store;
        Notifier& notifier;
        Machine& machine;
        Uplink& uplink;
        Clock& clock;
        Random& random;
        Log& log;
    };

    LocalAgent(Options options, Parts parts);
    ~LocalAgent();
    LocalAgent(const LocalAgent&) = delete;
    LocalAgent& operator=(const LocalAgent&) = delete;

    // Once, before the first step.
    Result<void> load() { return watchers_.load(); }

    // Everything that can be done now. Returns when it wants to be called again if nothing happens
    // before. An error is the end: the store cannot be trusted any more.
    Result<MonoTime> step();

    // load(), then step() until stopped, waiting for the kernel, the uplink and the next timer.
    Result<void> run(std::stop_token stop);
    void wake();  // ends the wait; any thread

 private:
    struct Bell;  // an eventfd, shared with the uplink, whose last call may come late
    enum class Link : uint8_t { down, calling, up };

    Result<void> take_messages(MonoTime now);
    Result<void> take(UplinkMessage message, MonoTime now);
    Result<void> survive(Result<void> done);
    void call(MonoTime now);
    void hang_up(const Error& why, MonoTime now);
    Result<void> take_jump(MonoTime now);
    Result<void> bound_outbox(bool added, MonoTime now);
    void wait_until(MonoTime deadline);
    MonoTime next(MonoTime now) const;

    const Options options_;
    Parts parts_;
    WatcherLoop watchers_;
    OutboxSender sender_;
    OutboxBounds bounds_;
    ClockJumps jumps_;
    std::optional<ClockJump> untold_;  // what the store did not take yet
    Reconnect reconnect_;
    Link link_ = Link::down;
    MonoTime heard_{};  // when the master last said something, or was called
    MonoTime heartbeat_at_{};
    std::shared_ptr<Bell> bell_;
};

}  // namespace sloth
