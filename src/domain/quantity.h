// Numbers as people write them for a threshold: "80", "80%", "500M", "200ms". Values; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth {

// What a number counts; the base unit is that of the stored value.
enum class Unit : uint8_t { plain, percent, bytes, milliseconds };

// A bare number is in the base unit. Otherwise: `%`; `K M G T` and `KB` or `KiB` and so on (1024
// each), also with `/s`; `us ms s m`. Code::invalid for anything else, for a unit that does not fit
// and for negative numbers.
Result<double> parse_quantity(std::string_view text, Unit unit);

// The shortest spelling that parse_quantity takes back: "80%", "512M", "200ms", "3.5".
std::string format_quantity(double value, Unit unit);

}  // namespace sloth
