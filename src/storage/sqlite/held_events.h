// Which open events somebody in this process works on, so that `claim` never hands one out twice.
// Only memory: what a dead process held is open again by itself. The writer holds and releases; any
// thread may claim.
//
// Every event is held from before its commit until the ReadyEvents have seen it, so a claim cannot
// slip in between. A claim and an offer exclude one another: a claim that starts after a partial
// offer sees all that was not taken.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_set>
#include <vector>

#include "base/guarded.h"
#include "domain/event.h"
#include "ports/event_store.h"

namespace sloth {

class HeldEvents {
 public:
    // Returns when no offer to the one before is under way. Not from within an offer.
    void set_ready(ReadyEvents* ready);

    // The writer's. `hold` comes before the commit of new events, then either `offer` (moves the
    // taken ones out) or, after a rollback, `release`.
    void hold(std::span<Event* const> events);
    void release(std::span<Event* const> events);
    void offer(std::span<Event* const> events);
    // After the commit that finished or handed back these.
    void finish(std::span<const int64_t> seqs);
    void release(std::span<const int64_t> seqs);

    // A claim in progress: begins before its read transaction, so that an event that is finished
    // meanwhile, and looks open in the older snapshot, is not taken for open.
    class Claim {
     public:
        explicit Claim(HeldEvents& held);
        ~Claim();
        Claim(const Claim&) = delete;
        Claim& operator=(const Claim&) = delete;

        // Removes from `seqs` what is held or finished.
        void filter(std::vector<int64_t>& seqs);
        // The same, and holds the rest.
        void take(std::vector<int64_t>& seqs);
        void give_back(std::span<const int64_t> seqs);

     private:
        HeldEvents& held_;
    };

    size_t size();

 private:
    struct State {
        ReadyEvents* ready = nullptr;
        bool offering = false;
        int claims = 0;
        std::unordered_set<int64_t> held;
        std::unordered_set<int64_t> finished_during_claims;

        bool is_free(int64_t seq) const {
            return !held.contains(seq) && !finished_during_claims.contains(seq);
        }
    };

    Signal<State> state_;
};

}  // namespace sloth
