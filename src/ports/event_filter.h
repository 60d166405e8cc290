// Which events a reader of the store asks for, and how many there are. Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/event.h"

namespace sloth {

struct EventFilter {
    std::string type;  // a type or a glob; "" is all
    std::optional<EventStatus> status;
    std::string stack;
    std::string agent;
    std::optional<WallTime> since;     // created_at
    std::optional<int64_t> after_seq;  // oldest first from here; otherwise newest first
    size_t limit = 50;
};

struct EventCounts {
    int64_t total = 0;  // rows in the table
    int64_t open = 0;   // not in a final state
    int64_t last_seq = 0;
};

}  // namespace sloth
