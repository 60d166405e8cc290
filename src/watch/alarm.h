// Whether a number is beyond its line: told once when it goes there and once when it is back, not
// for every reading in between. Values; pure.
#pragma once

#include <optional>

#include "base/time.h"
#include "domain/watcher_spec.h"

namespace sloth {

// The line that a number must not cross.
struct AlarmLine {
    bool below = false;  // beyond is under the threshold
    double threshold = 0;
    double hysteresis = 0;  // to be over it must be this far back
    Micros held_for{};      // to count it must stay beyond for this long

    // Of a watcher that has a threshold. Without a hysteresis of its own it is 5 % of the
    // threshold, so that a number which trembles at the line does not ring all the time.
    static AlarmLine of(const WatcherSpec& spec);
};

class Alarm {
 public:
    enum class Edge : uint8_t { none, raised, cleared };

    Alarm() = default;
    explicit Alarm(bool raised) : raised_(raised), was_normal_(!raised) {}  // as it was stored

    Edge take(const AlarmLine& line, double value, MonoTime now);

    bool raised() const { return raised_; }
    // It has been beyond since the first reading.
    bool initial() const { return raised_ && !was_normal_; }
    // When it will have been beyond for long enough, if it stays there.
    std::optional<MonoTime> due(const AlarmLine& line) const;

    bool operator==(const Alarm&) const = default;

 private:
    bool raised_ = false;
    bool was_normal_ = false;  // at least once
    std::optional<MonoTime> beyond_since_;
};

}  // namespace sloth
