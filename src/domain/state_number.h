// The arithmetic of `state.increment` on JSON text, the same for every store. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth {

// The sum of two JSON numbers, as JSON. Integers stay integers; one with a fraction gives one with
// a fraction. Code::invalid if either is no number or the sum does not fit.
Result<std::string> add_json_numbers(std::string_view stored, std::string_view amount);

}  // namespace sloth
