// The events about agents themselves, and the master's view of an agent's hello. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/agent.h"
#include "domain/event.h"
#include "sloth/v1/agent.pb.h"

namespace sloth {

// Code::invalid for a name, an epoch, tags or system_info that no agent of ours would send.
Result<Agent> parse_hello(const v1::Hello& hello, std::string_view peer);

struct AgentEventExtra {
    std::string reason;
    std::optional<WallTime> last_seen;
    int consecutive_failures = 0;  // 0: not told
};

// `{"agent": {name, address, tags, version, system_info}}` and what else is known. The id is left
// to the intake.
Event agent_event(std::string_view type, const Agent& agent, WallTime now,
                  const AgentEventExtra& extra = {});

}  // namespace sloth
