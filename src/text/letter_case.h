// Upper and lower case of the Latin, Greek, Cyrillic and Armenian scripts, one character at a time
// (no `ß` to `SS`). Bytes that are not UTF-8 stay as they are. Pure.
#pragma once

#include <string>
#include <string_view>

namespace sloth::text {

std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
std::string to_title(std::string_view text);  // the first letter of each word in upper case

}  // namespace sloth::text
