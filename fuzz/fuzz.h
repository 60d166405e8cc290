// What the fuzz targets share. A target takes any bytes; a crash, a failed CHECK, a sanitizer's
// report or a run of more than a few seconds is a fault. `./dev fuzz` runs them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"

namespace sloth {

inline std::string_view as_text(const uint8_t* data, size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// The part before the next zero byte, taken off the front.
inline std::string_view take_part(std::string_view& rest) {
    const size_t end = rest.find('\0');
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return part;
}

}  // namespace sloth

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
