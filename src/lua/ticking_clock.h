// For tests: time and chance that are the same in every run. The clock moves a little at every
// look, so that slices and deadlines come at the same instruction each time.
#pragma once

#include "ports/clock.h"
#include "ports/random.h"

namespace sloth::lua {

class TickingClock final : public Clock {
 public:
    WallTime wall() override { return from_micros(1'763'900'000'500'000); }
    MonoTime mono() override { return now_ += tick; }

    Micros tick = 10us;

 private:
    MonoTime now_{};
};

// The numbers 1, 2, 3... spread over 64 bits.
class CountingRandom final : public Random {
 public:
    uint64_t next() override { return ++count_ * 0x9e3779b97f4a7c15; }

 private:
    uint64_t count_ = 0;
};

}  // namespace sloth::lua
