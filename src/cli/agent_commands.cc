#include <array>

#include "base/json.h"
#include "cli/groups.h"
#include "cli/output.h"
#include "cli/text.h"
#include "wire/convert.h"
#include "wire/json.h"

namespace sloth::cli {
namespace {

using Stub = v1::Admin::StubInterface;

Cell status_of(const Agent& agent) {
    return {to_string(agent.status),
            agent.status == AgentStatus::connected ? Tone::good : Tone::bad};
}

std::string heartbeat_of(const Session& session, const Agent& agent) {
    return agent.last_heartbeat ? relative(*agent.last_heartbeat, session.now()) : "Never";
}

std::string agent_text(const Session& session, const Agent& agent) {
    Fields fields;
    fields.add("Name", agent.name)
        .add("Address", agent.address)
        .add("Status", status_of(agent).text)
        .add("Version", agent.version)
        .add("Tags", joined(agent.tags))
        .add("System", agent.system_info == "{}" ? "" : agent.system_info)
        .add("Registered", format_local(agent.registered_at))
        .add("Last Heartbeat", heartbeat_of(session, agent));
    return fields.render();
}

Result<int> list(Session& session, const Arguments&) {
    SLOTH_TRY(const auto reply, session.call(&Stub::ListAgents, v1::Empty()));
    Table table({{"Name", false, 1},
                 {"Address", false, 2},
                 {"Status"},
                 {"Version"},
                 {"Tags", false, 3},
                 {"Last Heartbeat"}});
    Json items = Json::array();
    for (const v1::Agent& message : reply.agents()) {
        const Agent agent = wire::to_domain(message);
        items.push_back(wire::to_json(agent));
        table.add({agent.name, agent.address, status_of(agent), agent.version, joined(agent.tags),
                   heartbeat_of(session, agent)});
    }
    print_list(session, items, "name", table,
               "no agents are registered; `sloth-runner agent start` starts one");
    return 0;
}

Result<Agent> fetch(Session& session, const std::string& name) {
    v1::AgentRef request;
    request.set_name(name);
    SLOTH_TRY(const auto reply, session.call(&Stub::GetAgent, request));
    return wire::to_domain(reply);
}

Result<int> get(Session& session, const Arguments& args) {
    SLOTH_TRY(const Agent agent, fetch(session, args.operands[0]));
    print_one(session, wire::to_json(agent), "name", agent_text(session, agent));
    return 0;
}

Result<int> remove(Session& session, const Arguments& args) {
    SLOTH_TRY_VOID(session.can_confirm());
    SLOTH_TRY(const Agent found, fetch(session, args.operands[0]));
    SLOTH_TRY_VOID(session.confirm(
        fmt::format("Forget the agent '{}' ({})?", found.name, to_string(found.status))));
    v1::AgentRef request;
    request.set_name(found.name);
    SLOTH_TRY(const auto reply, session.call(&Stub::DeleteAgent, request));
    const Agent agent = wire::to_domain(reply);
    print_one(session, wire::to_json(agent), "name",
              fmt::format("Agent '{}' is forgotten.\n", one_line(agent.name)));
    return 0;
}

Result<int> start(Session& session, const Arguments& args) {
    return session.roles().run_agent(session.options(), {args.text("name"), args.list("tag")});
}

constexpr std::array kStartFlags{
    Flag{"name", 0, "NAME", "", false, "The agent's name (default: the host's)."},
    Flag{"tag", 0, "TAG[,TAG]", "", true, "Tags that describe it."},
};
static_assert(sorted_by_name(kStartFlags));

constexpr std::array kCommands{
    Command{"delete",
            "remove rm",
            "<name>",
            "Forget an agent; its events stay.",
            "",
            "agent delete web-01 --yes",
            {},
            remove},
    Command{"get",
            "show",
            "<name>",
            "Show an agent.",
            "",
            "agent get web-01\nagent get web-01 -o json",
            {},
            get},
    Command{"list", "ls", "", "List the agents.", "", "agent list\nagent list -o json", {}, list},
    Command{"start", "", "", "Run an agent that reports to a master.",
            "The agent dials the master and listens on nothing. It ends on SIGTERM.",
            "agent start --name web-01 --master 127.0.0.1:50051", kStartFlags, start, false},
};
static_assert(sorted_by_name(kCommands));

}  // namespace

std::span<const Command> agent_commands() { return kCommands; }

}  // namespace sloth::cli
