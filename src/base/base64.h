// Base64 (RFC 4648), with the standard alphabet or the one for URLs and file names. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth {

enum class Base64 : uint8_t {
    standard,  // + and /, padded with =
    url,       // - and _, not padded
};

std::string to_base64(std::string_view bytes, Base64 alphabet = Base64::standard);

// Padding may be there or not. Code::invalid for anything else: other characters, line breaks, bits
// that no byte was made of.
Result<std::string> from_base64(std::string_view text, Base64 alphabet = Base64::standard);

}  // namespace sloth
