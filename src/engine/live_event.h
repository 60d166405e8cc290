// What the engine keeps of an event while its hooks run, and of a run that it has planned. The
// engine's thread only.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/event.h"
#include "domain/hook_index.h"

namespace sloth {

using Hooks = std::vector<std::shared_ptr<const RunnableHook>>;
using Attempts = std::unordered_map<std::string, int>;  // made so far, by hook id

struct LiveEvent {
    int64_t seq = 0;
    std::shared_ptr<const Event> event;  // null while it is parked
    size_t open = 0;                     // runs not ended
    size_t waiting = 0;                  // of them, those that wait for their turn
    bool parked = false;                 // all of them wait, and its data is in the store only
    std::string errors;                  // of those that failed
    MonoTime began{};
    bool recovered = false;  // it was open when this master started
    bool handed_back = false;
};

struct PlannedRun {
    LiveEvent* live = nullptr;
    std::shared_ptr<const RunnableHook> hook;
    int attempt = 1;
    bool gated = false;  // it holds a place of its hook's max_concurrency
};

}  // namespace sloth
