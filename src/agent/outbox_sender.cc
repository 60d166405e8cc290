#include "agent/outbox_sender.h"

#include <algorithm>

namespace sloth {

Result<void> OutboxSender::connected(uint64_t sequence) {
    connected_ = true;
    more_ = true;
    resent_ = 0;
    in_flight_.reset();
    held_until_ = {};  // a master that still cannot will say so again
    return acknowledged(sequence);
}

void OutboxSender::disconnected() {
    connected_ = false;
    in_flight_.reset();
}

Result<void> OutboxSender::acknowledged(uint64_t sequence) {
    if (in_flight_ && sequence >= *in_flight_) {
        in_flight_.reset();
        resent_ = 0;
    }
    stored_ = std::max(stored_, sequence);
    if (stored_ <= deleted_) return {};
    SLOTH_TRY_VOID(store_.acknowledge(stored_));
    deleted_ = stored_;
    return {};
}

void OutboxSender::hold(Micros wait, MonoTime now) {
    held_until_ = now + std::clamp<Micros>(wait, Micros(0), options_.hold_longest);
    in_flight_.reset();
    resent_ = 0;
    more_ = true;
}

Result<void> OutboxSender::step(MonoTime now) {
    if (!connected_ || now < held_until_) return {};
    if (in_flight_) {
        if (now < resend_at_) return {};
        ++resent_;
        return send(now);
    }
    if (!more_) return {};
    return send(now);
}

Result<void> OutboxSender::send(MonoTime now) {
    const bool behind = store_.outbox_size().events > options_.backlog;
    const size_t limit =
        behind ? std::max(options_.max_events, options_.backlog_events) : options_.max_events;
    const uint64_t bytes = behind ? options_.backlog_bytes : options_.max_bytes;
    SLOTH_TRY(const std::vector<OutboxEntry> entries, store_.unsent(stored_, limit, bytes));
    in_flight_.reset();
    // What the disk failed to delete is counted, too: without entries there is nothing to send.
    more_ = !entries.empty() && store_.outbox_size().events > entries.size();
    if (entries.empty()) return {};
    in_flight_ = entries.back().sequence;
    const Micros wait = options_.resend_after * (int64_t{1} << std::min(resent_, 10u));
    resend_at_ = now + std::min(wait, options_.resend_longest);
    uplink_.send_events(entries);
    return {};
}

std::optional<MonoTime> OutboxSender::next() const {
    if (!connected_) return {};
    if (in_flight_) return resend_at_;
    if (more_) return held_until_;
    return {};
}

}  // namespace sloth
