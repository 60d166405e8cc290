// Values as JSON text. Pure.
#pragma once

#include <string>

#include "base/result.h"
#include "text/value.h"

namespace sloth::text {

// On one line. Bytes that are not UTF-8 become U+FFFD. Code::invalid for numbers that JSON does not
// have, Code::exhausted when the text grows over `max_bytes`.
Result<std::string> write_json(const Value& value, size_t max_bytes);

}  // namespace sloth::text
