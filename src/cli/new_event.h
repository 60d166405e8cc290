// A line of an event file as a message. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sloth/v1/admin.pb.h"

namespace sloth::cli {

struct ParsedLine {
    v1::NewEvent event;
    std::vector<std::string> unknown_keys;  // neither for sending nor of the event's own JSON
};

// Code::invalid says what is wrong with the line.
Result<ParsedLine> parse_event_line(std::string_view line);

// The rules that the master applies, applied here: no way to it for what it would refuse.
Result<void> check(const v1::NewEvent& event);

// What --file takes, for hints.
std::span<const std::string_view> event_line_keys();

}  // namespace sloth::cli
