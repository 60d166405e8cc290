// What the master wants each agent to watch. An agent that was away is brought up to it when it
// returns. Any thread; blocks for one commit or a read. Adapter: storage/sqlite/agent_watchers;
// fake: tests/fakes/memory_agent_watchers.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "domain/watcher_spec.h"

namespace sloth {

struct AgentWatcher {
    // What the agent has not confirmed yet.
    enum class Pending : uint8_t { none, put, remove };

    std::string agent;
    WatcherSpec spec;  // its id and revision, too; nothing of what only the agent knows
    Pending pending = Pending::none;
    std::string refusal;  // why the agent did not take it when it was asked

    bool operator==(const AgentWatcher&) const = default;
};

// Of a watcher's events, by their numbers (domain/watcher_record.h), those that are stored.
struct StoredSequences {
    int64_t first = 0;  // 0: none is
    int64_t last = 0;
    int64_t count = 0;
    // Between first and last, inclusive at both ends; at most the first 20.
    std::vector<std::pair<int64_t, int64_t>> missing;

    bool operator==(const StoredSequences&) const = default;
};

class AgentWatcherStore {
 public:
    virtual ~AgentWatcherStore() = default;
    virtual Result<std::vector<AgentWatcher>> list(std::string_view agent) = 0;  // by creation
    virtual Result<void> put(const AgentWatcher& watcher) = 0;
    virtual Result<void> erase(std::string_view agent, std::string_view id) = 0;  // also of none
    // Reads every event of the agent: for an operator's question.
    virtual Result<StoredSequences> stored(std::string_view agent, std::string_view id,
                                           std::string_view epoch) = 0;
};

}  // namespace sloth
