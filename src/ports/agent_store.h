// Agents that the master has met. Any thread; blocks for one commit or a read.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/agent.h"

namespace sloth {

class AgentStore {
 public:
    virtual ~AgentStore() = default;
    virtual Result<bool> upsert(const Agent& agent) = 0;  // true if it was not known before
    virtual Result<void> set_status(std::string_view name, AgentStatus status,
                                    WallTime last_heartbeat) = 0;
    virtual Result<Agent> get(std::string_view name) = 0;
    virtual Result<std::vector<Agent>> list() = 0;
    virtual Result<void> erase(std::string_view name) = 0;
};

}  // namespace sloth
