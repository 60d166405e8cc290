// What a user asked an agent to watch. Values; validated the same on the CLI, the master and the
// agent. What each type takes is in domain/watcher_types.cc; the words are those of the CLI
// contract, "agent".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sloth {

struct WatcherSpec {
    std::string id;                       // "watcher-<uuid>"; given by the master
    int64_t revision = 0;                 // 1 when it is made, one more with every change
    std::string label;                    // what its owner calls it; "" or unique on its agent
    std::string type;                     // "file"; all in domain/watcher_types.cc
    std::vector<std::string> conditions;  // canonical, in the order of the type's table

    // The target, and what is to be compared. The JSON keys are the same words (`held_for` is
    // "for"), and so are the flags.
    std::string path;                  // absolute
    std::string name;                  // of a process, a service, a network interface
    std::string pattern;               // RE2, or text if `fixed`
    std::string user;                  // a name or a number
    std::string host;                  // "" is this machine
    std::string protocol;              // tcp or udp; "" is tcp
    std::string command;               // for /bin/sh
    std::string metric;                // what is measured; "" is the type's first
    std::vector<std::string> include;  // globs of files in a folder; none is all
    std::vector<std::string> exclude;
    int64_t pid = 0;
    int64_t port = 0;
    int64_t expected_exit = 0;         // of a command
    std::optional<double> threshold;   // in the base unit of the metric
    std::optional<double> hysteresis;  // how far back it must be to count as over
    Micros held_for{};                 // how long it must be beyond the threshold to count
    Micros average{};                  // 0: the reading as it is
    Micros timeout{};                  // 0: the type's own
    bool check_hash = false;           // compare contents by SHA-256, not only size and time
    bool recursive = false;            // folders below, too
    bool follow = false;               // symlinks
    bool fixed = false;
    bool each = false;  // every process by itself, not the first and the last

    Micros interval = 5s;  // re-check and fallback; 50 ms and up
    std::string stack;     // put on its events
    bool enabled = true;
    WallTime created_at{};
    std::optional<WallTime> last_check;
    std::optional<WallTime> last_event;
    std::string last_error;  // why it cannot watch just now

    bool operator==(const WatcherSpec&) const = default;
};

// Words after --when to canonical conditions, synonyms included; for a type with one condition none
// need be named. Code::invalid names the valid words.
Result<std::vector<std::string>> parse_conditions(std::string_view type, std::string_view words);

// Everything that can be said without looking at the machine. Code::invalid says what to write.
Result<void> validate(const WatcherSpec& spec);

// JSON object with the fields above that the type takes (durations and times as text): the wire,
// the table column and `-o json`.
std::string to_json(const WatcherSpec& spec);
Result<WatcherSpec> parse_watcher_spec(std::string_view json);

// Whether they are meant to be one watcher: the same label, or no label on either, and the same
// type and target (everything that says what is looked at, nothing that says when it is told).
bool same_watcher(const WatcherSpec& one, const WatcherSpec& other);

// For people: "/etc/hosts", "nginx", "8080/tcp", "threshold: 80%".
std::string target_of(const WatcherSpec& spec);

}  // namespace sloth
