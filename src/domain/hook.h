// A Hook: a Lua script, the events that it wants, and its limits. Values.
// Source of the fields: the specification's table `hooks` and its Hook Structure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/permissions.h"

namespace sloth {

// Each default once, with its reason.
struct HookLimits {
    Micros timeout = 30s;        // the specification's
    int64_t memory = 64 << 20;   // bytes of Lua memory: a thousand times what a usual hook needs
    int64_t output = 256 << 10;  // bytes of captured output, then cut with a mark
    int max_effects_in_flight = 16;  // of one run, in http.all: polite to a small server
    int max_concurrency = 0;         // runs of the hook at once; 0 is as many as there is room for

    bool operator==(const HookLimits&) const = default;
};

// Less would leave no room for Lua's own tables, nor for a sentence.
constexpr int64_t kLeastHookMemory = 256 << 10;
constexpr int64_t kLeastHookOutput = 1 << 10;

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
    Profile profile = Profile::service;
    Permissions permissions;   // of the version that runs
    int version = 1;           // of the script; grows when the file changes and loads
    std::string content_hash;  // SHA-256 (hex) of the version that runs
    std::string last_error;    // why the file on disk is not what runs: "" or a sentence
    std::string pending_hash;  // of a version that asks for more and waits for approval; "" is none
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

// Hook names are file-like words: [A-Za-z0-9_.-]+, at most 128 bytes.
bool is_hook_name(std::string_view name);

// "64MiB", "512KiB", "1GiB" or bytes.
Result<int64_t> parse_bytes(std::string_view text);
std::string format_bytes(int64_t bytes);

}  // namespace sloth
