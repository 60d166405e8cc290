// A clock that a test moves by hand. Any thread.
#pragma once

#include <atomic>

#include "ports/clock.h"

namespace sloth {

class FakeClock final : public Clock {
 public:
    WallTime wall() override { return from_micros(wall_us_); }
    MonoTime mono() override { return MonoTime(std::chrono::nanoseconds(mono_us_ * 1000)); }

    void advance(Micros by) {
        wall_us_ += by.count();
        mono_us_ += by.count();
    }
    // The wall only: a step of the system's time must not disturb intervals.
    void set_wall(WallTime to) { wall_us_ = to_micros(to); }

 private:
    std::atomic<int64_t> wall_us_{1'763'900'000'000'000};  // 2025-11-23
    std::atomic<int64_t> mono_us_{1'000'000'000};
};

}  // namespace sloth
