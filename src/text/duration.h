// Lengths of time as scripts write them: Go's form, "1h30m", "-1.5s", "250ms", and days and weeks
// besides ("2d", 24 h each). base/time.h has the stricter form of flags and settings. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth::text {

// Units: ns us ms s m h d w, in any order; a number without one is refused, but for 0.
Result<std::chrono::nanoseconds> parse_go_duration(std::string_view text);

// "1h30m0s", "1.5s", "250ms", "0s"
std::string format_go_duration(std::chrono::nanoseconds duration);

}  // namespace sloth::text
