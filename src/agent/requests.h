// What an operator asks of this agent's watchers, answered. Called on the agent's thread.
#pragma once

#include <string>

#include "agent/watcher_loop.h"
#include "ports/uplink.h"

namespace sloth {

// JSON: one watcher (for a deletion the one that was), an array of them, or a WatcherRecord.
Result<std::string> answer(WatcherLoop& watchers, const UplinkRequest& request);

}  // namespace sloth
