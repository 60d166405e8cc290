// Constants as Go writes them, with their quotes. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "text/value.h"

namespace sloth::text {

// "a\tb", `raw` or 'c'; a character is its number.
Result<Value> parse_go_quoted(std::string_view text);

// 12, -0x1F, 0b11, 0o17, 017, 1_000, 1.5e3, 0x1p4.
Result<Value> parse_go_number(std::string_view text);

}  // namespace sloth::text
