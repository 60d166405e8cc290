// The real clock and the real randomness. Any thread.
#pragma once

#include "ports/clock.h"
#include "ports/random.h"

namespace sloth {

class SystemClock final : public Clock {
 public:
    WallTime wall() override;
    MonoTime mono() override;
};

class SystemRandom final : public Random {
 public:
    uint64_t next() override;
};

}  // namespace sloth
