// What a script says about itself, read by loading it in a worker. Values; pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/permissions.h"

namespace sloth {

// Absent means not said.
struct HookMetadata {
    std::optional<std::string> name;
    std::optional<std::string> description;
    std::vector<std::string> event_types;
    std::optional<std::string> stack;
    std::optional<bool> enabled;
    std::optional<Micros> timeout;
    std::optional<int64_t> memory;  // bytes
    std::optional<int64_t> output;  // bytes
    std::optional<int> max_effects_in_flight;
    std::optional<int> max_concurrency;
    std::optional<Profile> profile;
    Permissions permissions;
    std::vector<std::string> unknown_keys;  // told as a warning
    std::string form;                       // "on_event", "table": how it will be called

    bool operator==(const HookMetadata&) const = default;
};

// From the JSON object that a worker sends (lua/frames.h): keys as above, event_type or
// event_types, timeout as a duration, sizes as bytes or "64MiB". Code::invalid for wrong types or
// values.
Result<HookMetadata> parse_hook_metadata(std::string_view json);

}  // namespace sloth
