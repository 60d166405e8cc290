// A Hook: a Lua script, the events that it wants, and its limits. Values.
// Source of the fields: the specification's table `hooks` and its Hook Structure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sloth {

// Each default once, with its reason.
struct HookLimits {
    Micros timeout = 30s;        // the specification's
    int64_t memory = 64 << 20;   // bytes of Lua memory: a thousand times what a usual hook needs
    int64_t output = 256 << 10;  // bytes of captured output, then cut with a mark
    int max_effects_in_flight = 256;  // per run

    bool operator==(const HookLimits&) const = default;
};

constexpr size_t kMaxHookSourceBytes = 1 << 20;

struct Hook {
    std::string id;    // UUIDv7
    std::string name;  // unique among those not removed
    std::string description;
    std::vector<std::string> event_types;  // at least one; types or globs
    std::string file_path;                 // absolute; where people edit
    std::string stack;                     // "" sees every event, else only those of this stack
    bool enabled = true;
    HookLimits limits;
    int version = 1;           // of the script; grows when the file changes and loads
    std::string content_hash;  // SHA-256 (hex) of the version that runs
    std::string last_error;    // why the file on disk is not what runs: "" or a sentence
    WallTime created_at{};
    WallTime updated_at{};
    std::optional<WallTime> last_run;
    int64_t run_count = 0;
    std::optional<WallTime> removed_at;

    bool operator==(const Hook&) const = default;
};

struct HookVersion {
    int version = 1;
    std::string content_hash;
    std::string source;
    WallTime created_at{};
};

// What a script says about itself, read by loading it in a worker. Absent means not said.
struct HookMetadata {
    std::optional<std::string> name;
    std::optional<std::string> description;
    std::vector<std::string> event_types;
    std::optional<std::string> stack;
    std::optional<bool> enabled;
    std::optional<Micros> timeout;
    std::optional<int64_t> memory;
    std::vector<std::string> unknown_keys;  // told as a warning
    std::string form;                       // "on_event", "table": how it will be called

    bool operator==(const HookMetadata&) const = default;
};

// From the JSON object that a worker sends (lua/frames.h): keys as above, event_type or
// event_types, timeout as a duration, memory as bytes or "64MiB". Code::invalid for wrong types or
// values.
Result<HookMetadata> parse_hook_metadata(std::string_view json);

// Hook names are file-like words: [A-Za-z0-9_.-]+, at most 128 bytes.
bool is_hook_name(std::string_view name);

// "64MiB", "512KiB", "1GiB" or bytes.
Result<int64_t> parse_bytes(std::string_view text);
std::string format_bytes(int64_t bytes);

}  // namespace sloth
