// Notices when the wall clock has moved otherwise than the monotonic one, which stands still while
// the machine is suspended. Belongs to one thread.
#pragma once

#include <optional>
#include <string>

#include "ports/clock.h"

namespace sloth {

struct ClockJump {
    WallTime from{};  // what the clock showed at the last measurement before it
    WallTime to{};    // and at the first one after it
    Micros by{};      // below zero: back

    std::string reason() const;
    std::string length() const;  // "3h", "-2m"
    // The one after the other, told as one.
    void extend(const ClockJump& later);

    bool operator==(const ClockJump&) const = default;
};

class ClockJumps {
 public:
    // Slewing by a time service is below 2 ms a second, and it is measured every few seconds.
    static constexpr Micros kSmallest = 2s;

    std::optional<ClockJump> measure(Clock& clock);

 private:
    std::optional<WallTime> wall_;  // at the last measurement
    MonoTime mono_{};
};

}  // namespace sloth
