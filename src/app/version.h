// The product's version, shown by `version`, `status` and every agent's greeting.
#pragma once

#include <string_view>

namespace sloth {

constexpr std::string_view kVersion = "0.1.0";

}  // namespace sloth
