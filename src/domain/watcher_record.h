// What an agent knows of how complete the record of one watcher is: the numbers that it gave to
// what the watcher told, and the spans of time of which it is not sure. Every event of a watcher
// carries `watcher_id`, `watcher_epoch` and `watcher_sequence` in its data: 1, 2, 3, ... within the
// epoch. Values; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sloth {

// Between these two looks something that lasted only for a moment may have gone unseen. What was
// different at the second look has been told, as `inferred` where nobody looked at all.
struct WatcherDoubt {
    WallTime from{};
    WallTime to{};
    std::string reason;

    bool operator==(const WatcherDoubt&) const = default;
};

struct WatcherRecord {
    std::string id;
    std::string epoch;                 // of the agent's file; a lost file is a new one
    WallTime since{};                  // when the numbering began
    WallTime until{};                  // the last look
    int64_t sequence = 0;              // of the last event told; 0 is none yet
    int64_t waiting = 0;               // of them in the outbox: the master has not stored them yet
    int64_t dropped = 0;               // of them given up by a full outbox
    std::string error;                 // why it cannot look since `until`; "" if it can
    std::vector<WatcherDoubt> doubts;  // oldest first; the agent keeps the newest 100

    bool operator==(const WatcherRecord&) const = default;
};

std::string to_json(const WatcherRecord& record);
Result<WatcherRecord> parse_watcher_record(std::string_view json);

}  // namespace sloth
