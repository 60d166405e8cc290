#include "engine/waiters.h"

namespace sloth {

Waiters::Ticket::Ticket(Waiters& waiters, int64_t seq) : waiters_(waiters), seq_(seq) {
    ++waiters_.waiting_;
    waiters_.content_.update([&](Content& content) { ++content.by_seq[seq_].first; });
}

Waiters::Ticket::~Ticket() {
    waiters_.content_.update([&](Content& content) {
        const auto found = content.by_seq.find(seq_);
        if (--found->second.first == 0) content.by_seq.erase(found);
    });
    --waiters_.waiting_;
}

bool Waiters::Ticket::wait(Micros limit) {
    const auto happened = [&](const Content& content) { return content.by_seq.at(seq_).second; };
    return waiters_.content_.wait_for(limit, happened, happened);
}

void Waiters::event_finished(const Event& event, const EventFinish&) {
    if (waiting_ == 0) return;
    content_.update([&](Content& content) {
        if (const auto found = content.by_seq.find(event.seq); found != content.by_seq.end()) {
            found->second.second = true;
        }
    });
}

}  // namespace sloth
