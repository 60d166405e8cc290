// Observers of the engine that wait for something: a command for its event, a tail for new ones.
// Any thread may wait; the engine only takes note.
#pragma once

#include <atomic>
#include <map>

#include "base/guarded.h"
#include "ports/observer.h"

namespace sloth {

class Waiters final : public Observer {
 public:
    // True once the event with `seq` has reached its final state; false when `limit` is over. Ask
    // the store first: an event that was final before the wait began is not announced again.
    // `begin` registers, so: begin, ask, wait.
    class Ticket {
     public:
        Ticket(Waiters& waiters, int64_t seq);
        ~Ticket();
        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;
        bool wait(Micros limit);

     private:
        Waiters& waiters_;
        int64_t seq_;
    };

    void event_finished(const Event& event, const EventFinish&) override;

 private:
    struct Content {
        std::map<int64_t, std::pair<int, bool>>
            by_seq;  // how many wait, and whether it has happened
    };
    Signal<Content> content_;
    std::atomic<int> waiting_ = 0;  // so that an event nobody waits for costs no lock
};

}  // namespace sloth
