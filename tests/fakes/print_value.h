// Lets a failing test show a value tree. Tests only.
#pragma once

#include <ostream>

#include "text/json.h"

namespace sloth::text {

inline void PrintTo(const Value& value, std::ostream* out) {
    const Result<std::string> text = write_json(value, 1 << 20);
    *out << to_string(value.kind()) << ' ' << (text ? *text : text.error().message);
}

}  // namespace sloth::text
