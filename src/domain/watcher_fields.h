// The fields of a WatcherSpec by name: one sorted table, read by the JSON form, by the command
// line's flags and by the check that a type takes what is set. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

#include "base/result.h"
#include "domain/watcher_spec.h"

namespace sloth {

struct WatcherField {
    std::string_view key;
    bool of_every_type = false;
    // Takes JSON of its own kind, text as a person writes it, or null (not set). A threshold is
    // read in the unit of the type and the metric: set these first.
    Result<void> (*set)(WatcherSpec&, std::string_view key, const nlohmann::ordered_json& value);
    nlohmann::ordered_json (*get)(const WatcherSpec&);  // null: not set

    bool is_set(const WatcherSpec& spec) const;  // to something else than the default
};

std::span<const WatcherField> watcher_fields();

// Code::invalid with "did you mean".
Result<const WatcherField*> find_watcher_field(std::string_view key);

// What a person wrote, for example after a flag.
Result<void> set_field(WatcherSpec& spec, std::string_view key, std::string_view text);

}  // namespace sloth
