#include "domain/agent.h"

#include <array>

#include "domain/hook.h"

namespace sloth {

std::string_view to_string(AgentStatus status) {
    constexpr std::array<std::string_view, 3> kStatuses{"connected", "disconnected", "lost"};
    return kStatuses[static_cast<size_t>(status)];
}

bool is_agent_name(std::string_view name) { return is_hook_name(name); }

}  // namespace sloth
