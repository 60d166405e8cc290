// JSON at trust boundaries. Text from outside is parsed only here: depth is capped, since the
// library's writer recurses and a hundred thousand brackets would end the process. Include this
// only in sources that touch JSON values; headers use <nlohmann/json_fwd.hpp> or carry JSON as
// text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth {

// Keeps the order in which keys were written.
using Json = nlohmann::ordered_json;

constexpr int kMaxJsonDepth = 64;

// Code::invalid with the place of the error; also for NaN, trailing text, invalid UTF-8 and depth
// over `max_depth`.
Result<Json> parse_json(std::string_view text, int max_depth = kMaxJsonDepth);

// Never throws: bytes that are not UTF-8 become U+FFFD. `indent` < 0 is one line.
std::string dump_json(const Json& value, int indent = -1);

}  // namespace sloth
