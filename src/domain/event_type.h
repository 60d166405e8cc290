// The names of event types and the patterns that hooks match them with. Pure.
#pragma once

#include <string_view>

#include "base/result.h"

namespace sloth {

// word(.word)*, a word being [a-z0-9_-]+ in either case, at most 128 bytes in all.
bool is_event_type(std::string_view name);

// A type, or a glob: `*` alone is every type; elsewhere `*` stands for any run of characters but
// the dot
// ("task.*" is task.failed, not task.a.b), `**` for any run at all.
bool is_event_pattern(std::string_view pattern);
bool is_glob(std::string_view pattern);
bool matches(std::string_view pattern, std::string_view type);

// Code::invalid with the reason and, for something near a known name, a hint.
Result<void> check_event_type(std::string_view name);

}  // namespace sloth
