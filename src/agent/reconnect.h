// When to call the master again after the stream has broken. Pure, over explicit time and chance.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace sloth {

// Between half and all of 200 ms, doubled with each failure up to 30 s: a master that comes back is
// found soon, and a thousand agents do not all call in the same moment.
Micros reconnect_delay(unsigned failures, uint64_t random);

class Reconnect {
 public:
    // A stream that lived for this long was a success; one that broke sooner counts as a failure.
    static constexpr Micros kStable = 5s;

    bool due(MonoTime now) const { return now >= at_; }
    MonoTime at() const { return at_; }
    void connected(MonoTime now) { since_ = now; }
    // Returns how long it waits, for the log.
    Micros broken(MonoTime now, uint64_t random);

 private:
    MonoTime at_{};
    MonoTime since_ = MonoTime::max();
    unsigned failures_ = 0;
};

}  // namespace sloth
