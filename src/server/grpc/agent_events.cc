#include "server/grpc/agent_events.h"

#include "base/json.h"

namespace sloth {
namespace {

constexpr size_t kMaxShort = 256;
constexpr int kMaxTags = 64;
constexpr size_t kMaxSystemInfo = 16 << 10;

// One machine's name for itself must not reach the log, a table or a terminal as something else.
bool is_plain(std::string_view text) {
    if (text.size() > kMaxShort) return false;
    for (const unsigned char c : text) {
        if (c < ' ' || c == 0x7f) return false;
    }
    return true;
}

}  // namespace

Result<Agent> parse_hello(const v1::Hello& hello, std::string_view peer) {
    if (!is_agent_name(hello.name())) {
        return fail_with({Code::invalid, "an agent's name must be letters, digits, _ . or -",
                          "start it with another --name"});
    }
    if (hello.epoch().empty() || !is_plain(hello.epoch()) || !is_plain(hello.version())) {
        return fail(Code::invalid, "the agent '{}' says hello without a usable epoch or version",
                    hello.name());
    }
    Agent agent{.name = hello.name(),
                .address = std::string(peer),
                .status = AgentStatus::connected,
                .version = hello.version()};
    for (const std::string& tag : hello.tags()) {
        if (!is_plain(tag) || hello.tags_size() > kMaxTags) {
            return fail(Code::invalid, "the agent '{}' has unusable tags", hello.name());
        }
        agent.tags.push_back(tag);
    }
    if (hello.system_info().empty()) return agent;
    if (hello.system_info().size() > kMaxSystemInfo) {
        return fail(Code::invalid, "the agent '{}' has too large a system_info", hello.name());
    }
    SLOTH_TRY(const Json info, parse_json(hello.system_info(), 8));
    if (!info.is_object()) {
        return fail(Code::invalid, "the agent '{}' has a system_info that is no object",
                    hello.name());
    }
    agent.system_info = dump_json(info);
    return agent;
}

Event agent_event(std::string_view type, const Agent& agent, WallTime now,
                  const AgentEventExtra& extra) {
    const auto info = parse_json(agent.system_info);
    Json data{{"agent", Json{{"name", agent.name},
                             {"address", agent.address},
                             {"tags", agent.tags},
                             {"version", agent.version},
                             {"system_info", info ? *info : Json::object()}}}};
    if (!extra.reason.empty()) data["reason"] = extra.reason;
    if (extra.last_seen) data["last_seen"] = format_rfc3339(*extra.last_seen);
    if (extra.consecutive_failures > 0) data["consecutive_failures"] = extra.consecutive_failures;
    return Event{.type = std::string(type),
                 .agent = agent.name,
                 .source = "master",
                 .data = dump_json(data),
                 .timestamp = now};
}

}  // namespace sloth
