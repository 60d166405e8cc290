// Bytes as pairs of hexadecimal digits. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth {

std::string to_hex(std::string_view bytes);  // lower case

// Digits of either case. Code::invalid for anything else, and for an odd number of them.
Result<std::string> from_hex(std::string_view text);

}  // namespace sloth
