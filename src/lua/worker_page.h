// One page of memory that a worker shares with its master (a memfd): the worker says what it is
// doing, the master looks when it wonders. It is how a stall inside C code is seen. Written by the
// worker only.
#pragma once

#include <atomic>
#include <cstdint>

namespace sloth {

struct WorkerPage {
    std::atomic<uint64_t> run;            // the run whose slice is on; 0: none
    std::atomic<int64_t> slice_began_ns;  // CLOCK_MONOTONIC
};
static_assert(std::atomic<uint64_t>::is_always_lock_free);

}  // namespace sloth
