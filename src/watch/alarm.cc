#include "watch/alarm.h"

#include <algorithm>

namespace sloth {

AlarmLine AlarmLine::of(const WatcherSpec& spec) {
    const bool above = std::ranges::find(spec.conditions, "above") != spec.conditions.end();
    const double threshold = spec.threshold.value_or(0);
    return {.below = !above,
            .threshold = threshold,
            .hysteresis = spec.hysteresis.value_or(threshold * 0.05),
            .held_for = spec.held_for};
}

Alarm::Edge Alarm::take(const AlarmLine& line, double value, MonoTime now) {
    const bool beyond = line.below ? value < line.threshold : value > line.threshold;
    if (!raised_) {
        if (!beyond) {
            beyond_since_.reset();
            was_normal_ = true;
            return Edge::none;
        }
        if (!beyond_since_) beyond_since_ = now;
        if (now - *beyond_since_ < line.held_for) return Edge::none;
        beyond_since_.reset();
        raised_ = true;
        return Edge::raised;
    }
    const bool back = line.below ? value >= line.threshold + line.hysteresis
                                 : value <= line.threshold - line.hysteresis;
    if (!back) return Edge::none;
    raised_ = false;
    was_normal_ = true;
    return Edge::cleared;
}

std::optional<MonoTime> Alarm::due(const AlarmLine& line) const {
    if (!beyond_since_) return {};
    return *beyond_since_ + line.held_for;
}

}  // namespace sloth
