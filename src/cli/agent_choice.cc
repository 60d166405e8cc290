#include "cli/agent_choice.h"

#include <algorithm>

namespace sloth::cli {

bool chooses_many(const Arguments& args) { return args.has("tag") || args.has("all-agents"); }

Result<std::vector<std::string>> chosen_agents(Session& session, const Arguments& args) {
    const int ways = (args.operands.empty() ? 0 : 1) + (args.has("tag") ? 1 : 0) +
                     (args.has("all-agents") ? 1 : 0);
    if (ways == 0) {
        return fail_with(
            {Code::invalid, "<agent> is missing", "name one, or use --tag TAG or --all-agents"});
    }
    if (ways > 1)
        return fail(Code::invalid, "name an agent, or use --tag or --all-agents: one of them");
    if (!args.operands.empty()) return std::vector<std::string>{args.operands[0]};
    SLOTH_TRY(const auto reply, session.call(&v1::Admin::StubInterface::ListAgents, v1::Empty()));
    std::vector<std::string> names;
    for (const v1::Agent& agent : reply.agents()) {
        const bool tagged = std::ranges::find(agent.tags(), args.text("tag")) != agent.tags().end();
        if (args.has("all-agents") || tagged) names.push_back(agent.name());
    }
    if (names.empty()) {
        return fail_with({Code::not_found,
                          args.has("tag")
                              ? fmt::format("no agent has the tag '{}'", args.text("tag"))
                              : std::string("no agents are registered"),
                          "`sloth-runner agent list` shows them"});
    }
    std::ranges::sort(names);
    return names;
}

}  // namespace sloth::cli
