// What a YAML scalar without quotes stands for (YAML 1.2, chapter 10.3.2). Pure.
#pragma once

#include <string_view>

#include "base/result.h"
#include "text/value.h"

namespace sloth::text {

// Null, a boolean, a number, or the text itself. A whole number too large for 64 bits is a double;
// Code::invalid for one too large for that.
Result<Value> resolve_yaml_scalar(std::string_view text);

// The scalar under an explicit tag: "tag:yaml.org,2002:int". Code::invalid if it is none of these.
Result<Value> resolve_yaml_scalar(std::string_view text, std::string_view tag);

// The text is a string also without quotes. Nothing is said of how it may be written.
bool is_yaml_string(std::string_view text);

}  // namespace sloth::text
