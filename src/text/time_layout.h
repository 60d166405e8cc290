// Moments as text and back, by two kinds of layout: strftime's, which has a % in it
// ("%Y-%m-%d %H:%M"), and Go's, which is an example of the moment 2006-01-02 15:04:05
// ("Jan 2, 2006 at 3:04pm"), or the name of one of Go's ("RFC1123"). English names. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "text/civil_time.h"

namespace sloth::text {

// Code::invalid for a % with a letter that means nothing.
Result<std::string> format_time(const CivilTime& time, std::string_view layout);

struct ParsedTime {
    CivilTime time;           // what the text does not say is that of 1970-01-01 00:00:00
    bool has_offset = false;  // the text says where it is
};

// Code::invalid with the place in the text where it does not fit, or the part that is out of range.
Result<ParsedTime> parse_time(std::string_view text, std::string_view layout);

// The two kinds. Use the functions above.
std::string format_go_time(const CivilTime& time, std::string_view layout);
Result<std::string> format_strftime(const CivilTime& time, std::string_view pattern);
Result<ParsedTime> parse_go_time(std::string_view text, std::string_view layout);
Result<ParsedTime> parse_strftime(std::string_view text, std::string_view pattern);

}  // namespace sloth::text
