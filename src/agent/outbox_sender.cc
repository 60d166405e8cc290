#include "agent/outbox_sender.h"

#include <algorithm>

namespace sloth {

Result<void> OutboxSender::connected(uint64_t sequence) {
    connected_ = true;
    more_ = true;
    resent_ = 0;
    in_flight_.reset();
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
    if (sequence <= stored_) return {};
    stored_ = sequence;
    return store_.acknowledge(sequence);
}

Result<void> OutboxSender::step(MonoTime now) {
    if (!connected_) return {};
    if (in_flight_) {
        if (now < resend_at_) return {};
        ++resent_;
        return send(now);
    }
    if (!more_) return {};
    return send(now);
}

Result<void> OutboxSender::send(MonoTime now) {
    SLOTH_TRY(std::vector<OutboxEntry> entries, store_.unsent(stored_, options_.max_events));
    more_ = entries.size() == options_.max_events;
    size_t bytes = 0;
    size_t count = 0;
    for (const OutboxEntry& entry : entries) {
        bytes += entry.event.data.size();
        if (count > 0 && bytes > options_.max_bytes) break;
        ++count;
    }
    if (count < entries.size()) more_ = true;
    entries.resize(count);
    in_flight_.reset();
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
    if (more_) return MonoTime{};
    return {};
}

}  // namespace sloth
