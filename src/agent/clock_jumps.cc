#include "agent/clock_jumps.h"

namespace sloth {
namespace {

// Between the two clocks this thread was not running: what it read says nothing.
constexpr Micros kInterrupted = 100ms;

}  // namespace

std::string ClockJump::reason() const {
    return by < Micros(0) ? "the clock was set back"
                          : "the machine was suspended or its clock was set forward";
}

std::string ClockJump::length() const {
    return by < Micros(0) ? "-" + format_duration(-by) : format_duration(by);
}

void ClockJump::extend(const ClockJump& later) {
    to = later.to;
    by += later.by;
}

std::optional<ClockJump> ClockJumps::measure(Clock& clock) {
    const MonoTime mono = clock.mono();
    const WallTime wall = clock.wall();
    if (clock.mono() - mono > kInterrupted) return {};
    const std::optional<WallTime> before = std::exchange(wall_, wall);
    const MonoTime since = std::exchange(mono_, mono);
    if (!before) return {};
    const Micros by = (wall - *before) - std::chrono::round<Micros>(mono - since);
    if (by <= kSmallest && by >= -kSmallest) return {};
    return ClockJump{*before, wall, by};
}

}  // namespace sloth
