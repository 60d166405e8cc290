// YAML text to values and back, by the core schema of YAML 1.2 (chapter 10.3): `yes`, `on` and
// dates are strings, 010 is ten, 0o10 eight, and what is quoted is a string. The tags of that
// schema and !!binary are known, others are refused. A key that is no string is its text as it was
// written; merge keys (`<<`) are done, what a mapping says itself wins. Duplicate keys, aliases of
// what contains them, text that is not UTF-8 and whatever passes the limits are refused. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/value.h"

namespace sloth::text {

struct YamlLimits {
    size_t max_bytes = 1 << 20;  // of the text
    size_t max_nodes = 200'000;  // aliases and merges counted as if they were written out
    int max_depth = kMaxValueDepth;
};

// The one document of the text; null if it has none. Code::invalid with line and column.
Result<Value> parse_yaml(std::string_view text, const YamlLimits& limits = {});

// All documents of the text.
Result<std::vector<Value>> parse_yaml_all(std::string_view text, const YamlLimits& limits = {});

// One document in block style, with a line break at its end: parse_yaml gives an equal value.
// Strings that are not UTF-8 are written as !!binary. Code::exhausted when it grows over
// `max_bytes`.
Result<std::string> write_yaml(const Value& value, size_t max_bytes);

}  // namespace sloth::text
