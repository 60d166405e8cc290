// Time as types. WallTime is what a calendar shows and may jump; MonoTime only moves forward and
// measures. Neither is read from the system here: ports/clock.h is the only source of both.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth {

using namespace std::chrono_literals;

using Micros = std::chrono::microseconds;
using Millis = std::chrono::milliseconds;
using WallTime = std::chrono::sys_time<Micros>;
using MonoTime = std::chrono::steady_clock::time_point;

inline int64_t to_micros(WallTime t) { return t.time_since_epoch().count(); }
inline WallTime from_micros(int64_t us) { return WallTime(Micros(us)); }

// "2026-11-23T14:25:07.123456Z"; a fraction of zero is left out. Always UTC.
std::string format_rfc3339(WallTime time);

// Takes RFC 3339 with `Z` or an offset, up to nanoseconds (cut to microseconds). Code::invalid
// otherwise.
Result<WallTime> parse_rfc3339(std::string_view text);

// "2026-11-23 14:25:07" in the machine's zone: for people, never for machines.
std::string format_local(WallTime time);

// Durations as people write them: "250ms", "10s", "1h30m", "720h", "2d" (24 h each). Units: us ms s
// m h d w, in any order that falls. A bare number is refused (seconds? milliseconds?), so are
// negative values.
Result<Micros> parse_duration(std::string_view text);

// The shortest exact spelling that parse_duration takes back: "1h30m", "250ms", "0s".
std::string format_duration(Micros duration);

}  // namespace sloth
