// Watchers as the master answers them, for people. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "cli/table.h"
#include "domain/watcher_spec.h"

namespace sloth::cli {

struct ShownWatcher {
    WatcherSpec spec;
    std::string state;  // the master's word, server/watcher_desk.h; "" if it says none
};
Result<ShownWatcher> read_watcher(const nlohmann::ordered_json& object);

Cell state_of(const ShownWatcher& watcher);

// "Name: value" lines.
std::string watcher_text(const ShownWatcher& watcher, const nlohmann::ordered_json& object,
                         WallTime now);

// The answer to `agent watcher verify`.
std::string verdict_text(const nlohmann::ordered_json& verdict, std::string_view agent);

}  // namespace sloth::cli
