// Values as Go's fmt package writes them: Sprintf with its verbs, flags, widths, precisions and
// argument numbers, and its notes about wrong use, "%!d(string=x)". Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "text/template/function.h"

namespace sloth::text {

// Each appends to `out` and stops, false, once that is longer than `max_bytes`.
bool append_sprintf(std::string& out, std::string_view format, std::span<const Ref> args,
                    size_t max_bytes);
bool append_sprint(std::string& out, std::span<const Ref> args, size_t max_bytes);
bool append_sprintln(std::string& out, std::span<const Ref> args, size_t max_bytes);

}  // namespace sloth::text
