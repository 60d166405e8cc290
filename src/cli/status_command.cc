#include <array>

#include "base/json.h"
#include "cli/groups.h"
#include "cli/output.h"
#include "cli/text.h"
#include "domain/hook.h"
#include "wire/convert.h"
#include "wire/json.h"

namespace sloth::cli {
namespace {

Json status_json(const v1::StatusReply& s) {
    Json out;
    out["version"] = s.version();
    out["role"] = s.role();
    out["state"] = s.state();
    out["pid"] = s.pid();
    out["uptime"] = wire::human_duration(Micros(s.uptime_us()));
    out["uptime_ms"] = s.uptime_us() / 1000;
    out["data_dir"] = s.data_dir();
    out["socket"] = s.socket();
    out["address"] = s.address();
    out["events_accepted"] = s.events_accepted();
    out["events_total"] = s.events_total();
    out["events_open"] = s.events_open();
    out["events_in_flight"] = s.events_in_flight();
    out["runs_in_flight"] = s.runs_in_flight();
    out["runs_success"] = s.runs_success();
    out["runs_failed"] = s.runs_failed();
    out["runs_timeout"] = s.runs_timeout();
    out["runs_interrupted"] = s.runs_interrupted();
    out["hooks_total"] = s.hooks_total();
    out["hooks_enabled"] = s.hooks_enabled();
    out["failing_hooks"] = Json::array();
    for (const auto& hook : s.failing_hooks()) {
        out["failing_hooks"].push_back({{"name", hook.name()}, {"problem", hook.problem()}});
    }
    out["workers"] = Json::array();
    for (const auto& worker : s.workers()) {
        out["workers"].push_back(
            {{"pid", worker.pid()}, {"state", worker.state()}, {"runs", worker.runs()}});
    }
    out["agents"] = Json::array();
    for (const v1::Agent& agent : s.agents()) {
        out["agents"].push_back(wire::to_json(wire::to_domain(agent)));
    }
    out["agent_registered"] = s.agent_registered();
    out["database_bytes"] = s.database_bytes();
    out["wal_bytes"] = s.wal_bytes();
    out["warnings"] = std::vector<std::string>(s.warnings().begin(), s.warnings().end());
    return out;
}

std::string workers_of(const v1::StatusReply& s) {
    std::string out = std::to_string(s.workers_size());
    for (const char* state : {"idle", "busy", "stalled"}) {
        int count = 0;
        for (const auto& worker : s.workers()) count += worker.state() == state ? 1 : 0;
        if (count > 0) out += fmt::format("{}{} {}", out.ends_with(' ') ? "" : " · ", count, state);
    }
    return out;
}

std::string status_text(const Session& session, const v1::StatusReply& s) {
    std::string out = fmt::format("sloth-runner {}: {} {} for {} (pid {})\n\n",
                                  one_line(s.version()), one_line(s.role()), one_line(s.state()),
                                  wire::human_duration(Micros(s.uptime_us())), s.pid());
    Fields fields;
    fields.add("Data folder", s.data_dir())
        .add("Socket", s.socket())
        .add("Address", s.address().empty() ? "none (no TCP port is open)" : s.address())
        .add("Events", fmt::format("{} accepted · {} open · {} in flight · {} stored",
                                   grouped(s.events_accepted()), grouped(s.events_open()),
                                   grouped(s.events_in_flight()), grouped(s.events_total())))
        .add("Runs",
             fmt::format("{} succeeded · {} failed · {} timed out · {} interrupted · {} in flight",
                         grouped(s.runs_success()), grouped(s.runs_failed()),
                         grouped(s.runs_timeout()), grouped(s.runs_interrupted()),
                         grouped(s.runs_in_flight())))
        .add("Hooks", fmt::format("{} · {} enabled", s.hooks_total(), s.hooks_enabled()))
        .add("Workers", workers_of(s))
        .add("Database", fmt::format("{} · WAL {}", format_bytes(s.database_bytes()),
                                     format_bytes(s.wal_bytes())));
    out += fields.render();
    if (s.agents_size() > 0) {
        Table table({{"Agent", false, 1}, {"Status"}, {"Last Heartbeat"}});
        for (const v1::Agent& message : s.agents()) {
            const Agent agent = wire::to_domain(message);
            const bool good = agent.status == AgentStatus::connected;
            table.add(
                {agent.name, Cell(to_string(agent.status), good ? Tone::good : Tone::bad),
                 agent.last_heartbeat ? relative(*agent.last_heartbeat, session.now()) : "Never"});
        }
        out += "\n" + table.render(session.style());
    }
    if (s.failing_hooks_size() > 0) {
        Table table({{"Failing Hook", false, 1}, {"Problem", false, 2}});
        for (const auto& hook : s.failing_hooks())
            table.add({hook.name(), Cell(hook.problem(), Tone::bad)});
        out += "\n" + table.render(session.style());
    }
    for (const std::string& warning : s.warnings()) {
        out += fmt::format("\nWarning: {}\n", one_line(warning));
    }
    return out;
}

Result<int> status(Session& session, const Arguments&) {
    SLOTH_TRY(const auto reply, session.call(&v1::Admin::StubInterface::Status, v1::StatusRequest(),
                                             Micros(5s), Need::running));
    print_one(session, status_json(reply), "state", status_text(session, reply));
    if (reply.role() != "up" || reply.agent_registered()) return 0;
    return fail_with({Code::unreachable,
                      "the master answers, but its own agent is not registered yet",
                      "ask again in a moment"});
}

constexpr std::array kCommands{
    Command{"status",
            "",
            "",
            "Show how the master is doing.",
            "Ends with 0 as soon as a master answers (and, for `up`, its own agent is registered), "
            "else with 6. Never opens the store itself.",
            "status\nstatus -o json",
            {},
            status},
};

}  // namespace

std::span<const Command> status_commands() { return kCommands; }

}  // namespace sloth::cli
