// Time zones by their IANA names, out of the machine's zone files. Loading reads a file (the first
// time; then it stays in memory), so it is nothing for a worker or an event loop; a loaded zone is
// a small value that any thread may use.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sloth {

using LocalTime = std::chrono::local_time<Micros>;

// What the clocks of a zone showed at a moment.
struct ZoneOffset {
    std::chrono::seconds offset{};  // east of UTC
    std::string abbreviation;       // "CEST"
    bool daylight_saving = false;
};

// How often a clock shows a time: in a gap never, in a fold twice.
enum class ClockReading : uint8_t { once, gap, fold };

struct ZoneInstants {
    ClockReading reading = ClockReading::once;
    WallTime before;  // the time read with the offset before the change: in a fold the earlier one
    WallTime change;  // when the clocks changed
    WallTime after;   // the time read with the offset after it
};

class TimeZone {
 public:
    // "Europe/Berlin", "UTC". Code::not_found, with a hint, if there is no such zone.
    static Result<TimeZone> load(std::string_view name);

    ZoneOffset at(WallTime time) const;

    // All three are the same if the reading is `once`.
    ZoneInstants find(LocalTime time) const;

 private:
    struct Loaded;
    explicit TimeZone(std::shared_ptr<const Loaded> loaded) : loaded_(std::move(loaded)) {}

    std::shared_ptr<const Loaded> loaded_;
};

}  // namespace sloth
