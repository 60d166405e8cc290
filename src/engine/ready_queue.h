// The bounded queue between the store and the engine: runnable events only. It never blocks and
// never drops: what finds no room stays in the store, and the queue remembers that the store has
// more.
//
// offer() runs on the store's thread, everything else on the engine's. While the store has more,
// offers are turned down: the older events there go first.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>

#include "base/guarded.h"
#include "ports/event_store.h"

namespace sloth {

class ReadyQueue final : public ReadyEvents {
 public:
    // `wake` is called after an offer that took or turned down something.
    ReadyQueue(size_t capacity, std::function<void()> wake);

    size_t offer(std::span<Event> events) override;

    // Moves out up to `limit` events.
    std::deque<Event> take(size_t limit);

    // Fills up from the store if it has more and there is room. An error leaves everything as it
    // was.
    Result<void> refill(EventStore& store, Epoch epoch);

    bool store_has_more() const;
    size_t size() const;
    // From now on nothing is taken: the events stay in the store for the next owner.
    void close();

 private:
    struct Content {
        std::deque<Event> events;
        bool store_has_more = true;  // at the start nobody knows better
        bool closed = false;
    };
    const size_t capacity_;
    std::function<void()> wake_;
    Guarded<Content> content_;
};

}  // namespace sloth
