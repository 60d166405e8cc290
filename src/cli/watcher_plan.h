// `agent watcher apply`: what a file of watchers asks for, and what has to be done on an agent for
// it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/watcher_spec.h"

namespace sloth::cli {

// YAML or JSON: {watchers: [{type, path, when, ...}, ...]}, or that list by itself. The keys are
// those of domain/watcher_fields.h, and `when` for the conditions. Code::invalid names the file,
// which watcher of it, and why; also where two of them are the same watcher.
Result<std::vector<WatcherSpec>> parse_watcher_file(std::string_view text, std::string_view file);

struct WatcherStep {
    enum class Kind : uint8_t { create, update, remove, keep };
    Kind kind = Kind::keep;
    WatcherSpec spec;               // as it is to be; of a removal, as it is
    std::string id;                 // of the one that is there
    std::string changes;            // of an update: the fields that change, as a JSON object
    std::vector<std::string> told;  // the same for people: "interval: 5s -> 10s"
};

// In the order of the file, removals last. What is there and not in the file is removed only if
// `prune`, else left alone.
std::vector<WatcherStep> plan_watchers(const std::vector<WatcherSpec>& wanted,
                                       const std::vector<WatcherSpec>& present, bool prune);

// "create  file     /etc/nginx (nginx-config)"
std::string describe(const WatcherStep& step);

}  // namespace sloth::cli
