// What a user asked an agent to watch. Values; validated the same on the CLI, the master and the
// agent. Source of the flags and words: the CLI contract, "agent".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sloth {

struct WatcherSpec {
    std::string id;                       // "watcher-<uuid>"; given by the agent that accepts it
    std::string type;                     // "file"; more with their watchers
    std::vector<std::string> conditions;  // canonical: created, modified, deleted, renamed
    std::string path;                     // absolute
    bool check_hash = false;              // compare contents by SHA-256, not only size and time
    Micros interval = 5s;                 // re-check and fallback; 50 ms and up
    std::string stack;                    // put on its events
    bool enabled = true;
    WallTime created_at{};
    std::optional<WallTime> last_check;
    std::optional<WallTime> last_event;
    std::string last_error;  // why it cannot watch just now

    bool operator==(const WatcherSpec&) const = default;
};

// Words after --when to canonical conditions: created, modified (changed), deleted, renamed.
// `changed` includes renamed. Code::invalid names the valid words.
Result<std::vector<std::string>> parse_conditions(std::string_view type, std::string_view words);

Result<void> validate(const WatcherSpec& spec);

// JSON object with the fields above (durations and times as text): the wire, the table column and
// `-o json`.
std::string to_json(const WatcherSpec& spec);
Result<WatcherSpec> parse_watcher_spec(std::string_view json);

}  // namespace sloth
