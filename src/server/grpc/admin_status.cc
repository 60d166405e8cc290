// Status, agents and their watchers.
#include "server/grpc/admin_service.h"
#include "wire/convert.h"
#include "wire/status.h"

namespace sloth {

Result<void> AdminService::status(v1::StatusReply* reply) {
    SLOTH_TRY(const EventCounts events, parts_.events.counts());
    reply->set_events_total(events.total);
    reply->set_events_open(events.open);
    reply->set_events_accepted(parts_.intake.accepted());
    SLOTH_TRY(const RunCounts runs, parts_.executions.counts());
    reply->set_runs_success(runs.success);
    reply->set_runs_failed(runs.failed);
    reply->set_runs_timeout(runs.timeout);
    reply->set_runs_interrupted(runs.interrupted);
    SLOTH_TRY(const auto hooks, parts_.hooks.list());
    for (const Hook& hook : hooks) {
        reply->set_hooks_total(reply->hooks_total() + 1);
        reply->set_hooks_enabled(reply->hooks_enabled() + (hook.enabled ? 1 : 0));
        std::string problem = hook.last_error;
        ExecutionFilter last;
        last.hook_id = hook.id;
        last.limit = 1;
        if (problem.empty() && hook.run_count > 0) {
            SLOTH_TRY(const auto executions, parts_.executions.list(last));
            if (!executions.empty() && executions[0].status != RunStatus::success) {
                problem =
                    fmt::format("last run: {}: {}", to_string(executions[0].status),
                                executions[0].error.substr(0, executions[0].error.find('\n')));
            }
        }
        if (problem.empty()) continue;
        v1::HookProblem* out = reply->add_failing_hooks();
        out->set_name(hook.name);
        out->set_problem(problem);
    }
    SLOTH_TRY(const auto agents, parts_.agents.list());
    for (const Agent& agent : agents) wire::to_proto(as_of_now(agent), reply->add_agents());
    parts_.describe(reply);
    return {};
}

grpc::Status AdminService::Status(Context*, const v1::StatusRequest*, v1::StatusReply* reply) {
    const auto result = status(reply);
    return result ? grpc::Status::OK : wire::to_status(result.error());
}

Agent AdminService::as_of_now(Agent agent) const {
    if (agent.status != AgentStatus::connected || !parts_.last_heard) return agent;
    if (const auto heard = parts_.last_heard(agent.name)) agent.last_heartbeat = heard;
    return agent;
}

grpc::Status AdminService::ListAgents(Context*, const v1::Empty*, v1::AgentList* out) {
    const auto agents = parts_.agents.list();
    if (!agents) return wire::to_status(agents.error());
    for (const Agent& agent : *agents) wire::to_proto(as_of_now(agent), out->add_agents());
    return grpc::Status::OK;
}

grpc::Status AdminService::GetAgent(Context*, const v1::AgentRef* request, v1::Agent* out) {
    const auto agent = parts_.agents.get(request->name());
    if (!agent) return wire::to_status(agent.error());
    wire::to_proto(as_of_now(*agent), out);
    return grpc::Status::OK;
}

grpc::Status AdminService::DeleteAgent(Context*, const v1::AgentRef* request, v1::Agent* out) {
    const auto agent = parts_.agents.get(request->name());
    if (!agent) return wire::to_status(agent.error());
    if (agent->status == AgentStatus::connected) {
        return wire::to_status({Code::conflict, fmt::format("agent '{}' is connected", agent->name),
                                "stop it first: it would register again at once"});
    }
    wire::to_proto(*agent, out);
    const auto erased = parts_.agents.erase(agent->name);
    return erased ? grpc::Status::OK : wire::to_status(erased.error());
}

grpc::Status AdminService::Watchers(Context*, const v1::WatchersRequest* request,
                                    v1::WatchersReply* out) {
    auto result = parts_.watchers(*request);
    if (!result) return wire::to_status(result.error());
    out->set_result(std::move(*result));
    return grpc::Status::OK;
}

}  // namespace sloth
