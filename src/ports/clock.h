// The only source of time. Any thread. Real: app/system.h; fake: tests/fakes/fake_clock.h.
#pragma once

#include "base/time.h"

namespace sloth {

class Clock {
 public:
    virtual ~Clock() = default;
    virtual WallTime wall() = 0;  // may jump; for records and people
    virtual MonoTime mono() = 0;  // never jumps back; for timeouts and intervals
};

}  // namespace sloth
