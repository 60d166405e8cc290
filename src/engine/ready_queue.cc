#include "engine/ready_queue.h"

#include <algorithm>
#include <iterator>

namespace sloth {

ReadyQueue::ReadyQueue(size_t capacity, std::function<void()> wake)
    : capacity_(capacity), wake_(std::move(wake)) {}

size_t ReadyQueue::offer(std::span<Event> events) {
    const size_t taken = content_.with([&](Content& content) -> size_t {
        if (content.closed) return 0;
        if (content.store_has_more) return 0;
        const size_t room = capacity_ - std::min(capacity_, content.events.size());
        const size_t count = std::min(room, events.size());
        std::move(events.begin(), events.begin() + ptrdiff_t(count),
                  std::back_inserter(content.events));
        content.store_has_more = count < events.size();
        return count;
    });
    wake_();
    return taken;
}

std::deque<Event> ReadyQueue::take(size_t limit) {
    return content_.with([&](Content& content) {
        if (content.events.size() <= limit) return std::exchange(content.events, {});
        std::deque<Event> out;
        std::move(content.events.begin(), content.events.begin() + ptrdiff_t(limit),
                  std::back_inserter(out));
        content.events.erase(content.events.begin(), content.events.begin() + ptrdiff_t(limit));
        return out;
    });
}

Result<void> ReadyQueue::refill(EventStore& store, Epoch epoch) {
    // The flag goes down before the read: an event that commits after the read is then offered
    // here, and one that commits before it is found by it. Either way somebody has it.
    const size_t room = content_.with([&](Content& content) -> size_t {
        if (content.closed || !content.store_has_more) return 0;
        const size_t free = capacity_ - std::min(capacity_, content.events.size());
        if (free < std::max<size_t>(1, capacity_ / 4)) return 0;  // not a read per event
        content.store_has_more = false;
        return free;
    });
    if (room == 0) return {};
    auto claimed = store.claim(room, epoch);
    if (!claimed) {
        content_.with([](Content& content) { content.store_has_more = true; });
        return std::unexpected(std::move(claimed).error());
    }
    content_.with([&](Content& content) {
        if (claimed->size() == room) content.store_has_more = true;
        // Claimed ones are older than what was offered in the meantime.
        content.events.insert(content.events.begin(), std::make_move_iterator(claimed->begin()),
                              std::make_move_iterator(claimed->end()));
    });
    return {};
}

bool ReadyQueue::store_has_more() const {
    return content_.with(
        [](const Content& content) { return content.store_has_more && !content.closed; });
}

size_t ReadyQueue::size() const {
    return content_.with([](const Content& content) { return content.events.size(); });
}

void ReadyQueue::close() {
    content_.with([](Content& content) {
        content.closed = true;
        content.events.clear();
    });
}

}  // namespace sloth
