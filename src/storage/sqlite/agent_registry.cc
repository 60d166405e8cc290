#include "storage/sqlite/agent_registry.h"

#include <array>

#include "base/json.h"
#include "storage/sqlite/rows.h"

namespace sloth {
namespace {

constexpr const char* kSelect =
    "SELECT name, address, status, version, tags, system_info, registered_at, last_heartbeat FROM "
    "agents ";

Result<AgentStatus> parse_agent_status(std::string_view text) {
    for (const auto status :
         {AgentStatus::connected, AgentStatus::disconnected, AgentStatus::lost}) {
        if (to_string(status) == text) return status;
    }
    return fail(Code::corrupt, "'{}' is not an agent status", text);
}

Result<Agent> read_agent(const Statement& row) {
    Agent agent;
    agent.name = row.text(0);
    agent.address = row.text(1);
    SLOTH_TRY(agent.status, parse_agent_status(row.view(2)));
    agent.version = row.text(3);
    SLOTH_TRY(const Json tags, parse_json(row.view(4)));
    for (const Json& tag : tags) {
        if (tag.is_string()) agent.tags.push_back(tag.get<std::string>());
    }
    agent.system_info = row.text(5);
    agent.registered_at = from_micros(row.integer(6));
    agent.last_heartbeat = read_time(row, 7);
    return agent;
}

std::unexpected<Error> unknown(std::string_view name) {
    return fail_with({Code::not_found, fmt::format("no agent '{}'", name),
                      "`sloth-runner agent list` shows them"});
}

}  // namespace

Result<bool> SqliteAgentRegistry::upsert(const Agent& agent) {
    bool is_new = false;
    SLOTH_TRY_VOID(writer_.run([&](WriteGroup& group) -> Result<void> {
        SLOTH_TRY(Statement known, group.db().prepare("SELECT 1 FROM agents WHERE name=?"));
        SLOTH_TRY(const bool row, known.bind(1, agent.name).step());
        known.reset();
        is_new = !row;
        SLOTH_TRY(Statement put,
                  group.db().prepare(
                      "INSERT INTO agents (name, address, status, version, tags, system_info, "
                      "registered_at, last_heartbeat) VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (name) "
                      "DO UPDATE SET address=excluded.address, status=excluded.status, "
                      "version=excluded.version, tags=excluded.tags, "
                      "system_info=excluded.system_info, last_heartbeat=excluded.last_heartbeat"));
        const std::string tags = dump_json(Json(agent.tags));
        put.bind(1, agent.name)
            .bind_or_null(2, agent.address)
            .bind(3, to_string(agent.status))
            .bind_or_null(4, agent.version)
            .bind(5, tags)
            .bind(6, agent.system_info)
            .bind(7, to_micros(agent.registered_at));
        bind_time(put, 8, agent.last_heartbeat);
        return put.run();
    }));
    return is_new;
}

Result<void> SqliteAgentRegistry::set_status(std::string_view name, AgentStatus status,
                                             WallTime last_heartbeat) {
    return writer_.run([&](WriteGroup& group) -> Result<void> {
        SLOTH_TRY(Statement update, group.db().prepare("UPDATE agents SET status=?, "
                                                       "last_heartbeat=? WHERE name=?"));
        SLOTH_TRY_VOID(update.bind(1, to_string(status))
                           .bind(2, to_micros(last_heartbeat))
                           .bind(3, name)
                           .run());
        if (group.db().changes() == 0) return unknown(name);
        return {};
    });
}

Result<Agent> SqliteAgentRegistry::get(std::string_view name) {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(Statement * select, reader->statement(std::string(kSelect) + "WHERE name=?"));
    SLOTH_TRY(const bool row, select->bind(1, name).step());
    if (!row) return unknown(name);
    return read_agent(*select);
}

Result<std::vector<Agent>> SqliteAgentRegistry::list() {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(Statement * select, reader->statement(std::string(kSelect) + "ORDER BY name"));
    std::vector<Agent> agents;
    for (;;) {
        SLOTH_TRY(const bool row, select->step());
        if (!row) return agents;
        SLOTH_TRY(Agent agent, read_agent(*select));
        agents.push_back(std::move(agent));
    }
}

Result<void> SqliteAgentRegistry::erase(std::string_view name) {
    return writer_.run([&](WriteGroup& group) -> Result<void> {
        SLOTH_TRY(Statement erase, group.db().prepare("DELETE FROM agents WHERE name=?"));
        SLOTH_TRY_VOID(erase.bind(1, name).run());
        if (group.db().changes() == 0) return unknown(name);
        SLOTH_TRY(Statement watchers,
                  group.db().prepare("DELETE FROM agent_watchers WHERE agent=?"));
        return watchers.bind(1, name).run();
    });
}

}  // namespace sloth
