// An Agent as the master knows it. Values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace sloth {

// connected: its stream is open. disconnected: it said goodbye or the stream broke. lost: no
// heartbeat in time.
enum class AgentStatus : uint8_t { connected, disconnected, lost };

std::string_view to_string(AgentStatus status);

struct Agent {
    std::string name;
    std::string address;  // the peer, as the channel tells it
    AgentStatus status = AgentStatus::disconnected;
    std::string version;
    std::vector<std::string> tags;
    std::string system_info = "{}";  // JSON object: os, arch, cpu_cores, memory_gb, hostname
    WallTime registered_at{};
    std::optional<WallTime> last_heartbeat;

    bool operator==(const Agent&) const = default;
};

// [A-Za-z0-9_.-]+, at most 128 bytes.
bool is_agent_name(std::string_view name);

}  // namespace sloth
