#include "agent/agent.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "agent/requests.h"
#include "base/json.h"
#include "base/thread_name.h"

namespace sloth {

struct LocalAgent::Bell {
    Fd fd{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};

    void ring() {
        const uint64_t one = 1;
        (void)!::write(fd.get(), &one, sizeof one);
    }
    void quiet() {
        uint64_t count = 0;
        (void)!::read(fd.get(), &count, sizeof count);
    }
};

LocalAgent::LocalAgent(Options options, Parts parts)
    : options_(std::move(options)),
      parts_(parts),
      watchers_({.agent = options_.self.name}, parts.store, parts.notifier, parts.machine,
                parts.clock, UuidGenerator({parts.random.next(), parts.random.next()}), parts.log),
      sender_(options_.sending, parts.store, parts.uplink),
      bounds_(
          options_.outbox, options_.self.name, parts.store,
          [this](std::string data) {
              return watchers_.make_event("agent.outbox_overflow", std::move(data), "");
          },
          parts.log),
      bell_(std::make_shared<Bell>()) {
    parts_.uplink.on_message([bell = bell_] { bell->ring(); });
}

LocalAgent::~LocalAgent() {
    parts_.uplink.on_message({});
    parts_.uplink.close();
}

void LocalAgent::wake() { bell_->ring(); }

Result<MonoTime> LocalAgent::step() {
    const MonoTime now = parts_.clock.mono();
    SLOTH_TRY_VOID(survive(take_jump(now)));
    SLOTH_TRY_VOID(take_messages(now));
    SLOTH_TRY(const bool found, watchers_.step());
    if (found) sender_.added();
    SLOTH_TRY_VOID(survive(bound_outbox(found, now)));
    if (link_ == Link::down && reconnect_.due(now)) call(now);
    if (link_ != Link::down && now - heard_ >= options_.silence) {
        parts_.uplink.close();
        hang_up({Code::timed_out, "the master is silent", {}}, now);
    }
    if (link_ == Link::up) {
        if (now >= heartbeat_at_) {
            heartbeat_at_ = now + options_.heartbeat;
            parts_.uplink.send_heartbeat();
        }
        SLOTH_TRY_VOID(survive(sender_.step(now)));
    }
    return next(now);
}

// A full disk passes, and what could not be done is done later; a broken one does not.
Result<void> LocalAgent::survive(Result<void> done) {
    if (done || done.error().code == Code::corrupt) return done;
    parts_.log.warn("agent_store_failed", {{"reason", done.error().message}});
    return {};
}

MonoTime LocalAgent::next(MonoTime now) const {
    MonoTime next = std::min(watchers_.next(), bounds_.next());
    if (const auto sending = sender_.next()) next = std::min(next, *sending);
    if (link_ == Link::down) next = std::min(next, reconnect_.at());
    if (link_ != Link::down) next = std::min(next, heard_ + options_.silence);
    if (link_ == Link::up) next = std::min(next, heartbeat_at_);
    return std::max(next, now);
}

Result<void> LocalAgent::take_messages(MonoTime now) {
    for (UplinkMessage& message : parts_.uplink.poll()) {
        SLOTH_TRY_VOID(survive(take(std::move(message), now)));
    }
    return {};
}

Result<void> LocalAgent::take(UplinkMessage message, MonoTime now) {
    heard_ = now;
    if (const auto* welcome = std::get_if<UplinkWelcome>(&message)) {
        link_ = Link::up;
        reconnect_.connected(now);
        heartbeat_at_ = now + options_.heartbeat;
        parts_.log.info("master_connected", {{"stored", welcome->sequence}});
        return sender_.connected(welcome->sequence);
    }
    if (const auto* ack = std::get_if<UplinkAck>(&message)) {
        return sender_.acknowledged(ack->sequence);
    }
    if (const auto* hold = std::get_if<UplinkHold>(&message)) {
        sender_.hold(hold->wait, now);
        return {};
    }
    if (const auto* request = std::get_if<UplinkRequest>(&message)) {
        parts_.uplink.send_reply({request->request, answer(watchers_, *request)});
        sender_.added();  // the answer may have been a first look that found something
        return {};
    }
    if (link_ != Link::down) hang_up(std::get<UplinkClosed>(message).error, now);
    return {};
}

void LocalAgent::call(MonoTime now) {
    link_ = Link::calling;
    heard_ = now;
    parts_.uplink.connect(options_.self, parts_.store.epoch());
}

void LocalAgent::hang_up(const Error& why, MonoTime now) {
    const bool was_up = link_ == Link::up;
    link_ = Link::down;
    sender_.disconnected();
    const Micros delay = reconnect_.broken(now, parts_.random.next());
    parts_.log.warn(was_up ? "master_lost" : "master_unreachable",
                    {{"reason", why.message}, {"again_in", format_duration(delay)}});
}

// What the clock shows is no measure of what was seen: everything is looked at again.
Result<void> LocalAgent::take_jump(MonoTime now) {
    if (const auto jump = jumps_.measure(parts_.clock)) {
        parts_.log.warn("clock_jumped", {{"reason", jump->reason()}, {"by", jump->length()}});
        bounds_.clock_jumped(now);
        untold_ ? untold_->extend(*jump) : void(untold_ = jump);
    }
    if (!untold_) return {};
    SLOTH_TRY_VOID(watchers_.tell(*untold_));
    untold_.reset();
    sender_.added();
    return {};
}

Result<void> LocalAgent::bound_outbox(bool added, MonoTime now) {
    if (!added && now < bounds_.next()) return {};
    return bounds_.keep(parts_.clock.wall(), now, sender_.handed_over());
}

Result<void> LocalAgent::run(std::stop_token stop) {
    name_this_thread("agent");
    const std::stop_callback ring(stop, [bell = bell_] { bell->ring(); });
    SLOTH_TRY_VOID(load());
    while (!stop.stop_requested()) {
        auto deadline = step();
        if (!deadline) {
            parts_.log.error("agent_ended", {{"reason", deadline.error().message}});
            parts_.uplink.close();
            return fail_with(std::move(deadline.error()));
        }
        wait_until(*deadline);
    }
    watchers_.save();
    parts_.uplink.close();
    return {};
}

void LocalAgent::wait_until(MonoTime deadline) {
    std::array<pollfd, 2> fds{{{bell_->fd.get(), POLLIN, 0}, {parts_.notifier.fd(), POLLIN, 0}}};
    const auto left = std::clamp<std::chrono::nanoseconds>(deadline - parts_.clock.mono(), 0ns, 1h);
    const timespec limit{std::chrono::floor<std::chrono::seconds>(left).count(),
                         (left % 1s).count()};
    ::ppoll(fds.data(), fds.size(), &limit, nullptr);
    if (fds[0].revents != 0) bell_->quiet();
}

}  // namespace sloth
