#include <algorithm>

#include "base/json.h"
#include "domain/watcher_record.h"
#include "tests/fakes/fake_admin.h"
#include "wire/convert.h"
#include "wire/status.h"

namespace sloth::testing {
namespace {

grpc::Status no(Code code, std::string message, std::string hint = "") {
    return wire::to_status({code, std::move(message), std::move(hint)});
}

}  // namespace

Event* FakeAdmin::find_event(const std::string& ref) {
    for (Event& event : events_) {
        if (event.id == ref || std::to_string(event.seq) == ref) return &event;
    }
    return nullptr;
}

Hook* FakeAdmin::find_hook(const std::string& ref) {
    for (Hook& hook : hooks_) {
        if (hook.id == ref || hook.name == ref) return &hook;
    }
    return nullptr;
}

grpc::Status FakeAdmin::ListEvents(Context*, const v1::ListEventsRequest* request,
                                   v1::EventList* reply) {
    for (auto event = events_.rbegin(); event != events_.rend(); ++event) {
        if (!request->type().empty() && request->type() != event->type) continue;
        if (!request->status().empty() && request->status() != to_string(event->status)) continue;
        if (request->has_since() && request->since() > to_micros(event->created_at)) continue;
        if (reply->events_size() == request->limit()) break;
        wire::to_proto(*event, reply->add_events());
    }
    reply->set_total(static_cast<int64_t>(events_.size()));
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::GetEvent(Context*, const v1::EventRef* request, v1::EventDetail* reply) {
    if (request->ref() == "0190aaaa") {
        return no(Code::invalid, "'0190aaaa' is the start of several ids",
                  "0190aaaa-0000-7000-8000-000000048211, 0190aaaa-0000-7000-8000-000000048212");
    }
    const Event* event = find_event(request->ref());
    if (event == nullptr) {
        return no(Code::not_found, fmt::format("no event '{}'", request->ref()),
                  "`sloth-runner events list` shows them");
    }
    wire::to_proto(*event, reply->mutable_event());
    for (const Execution& run : runs_) {
        if (run.event_id == event->id) wire::to_proto(run, reply->add_executions());
    }
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::DeleteEvent(Context*, const v1::EventRef* request, v1::Event* reply) {
    Event* event = find_event(request->ref());
    if (event == nullptr) return no(Code::not_found, fmt::format("no event '{}'", request->ref()));
    wire::to_proto(*event, reply);
    events_.erase(events_.begin() + (event - events_.data()));
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::CleanupEvents(Context*, const v1::CleanupEventsRequest* request,
                                      v1::CleanupEventsReply* reply) {
    const auto old = [&](const Event& event) {
        return is_final(event.status) &&
               event.created_at < fake_now() - Micros(request->older_than_us());
    };
    reply->set_count(std::count_if(events_.begin(), events_.end(), old));
    if (!request->dry_run()) std::erase_if(events_, old);
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::TailEvents(Context*, const v1::TailEventsRequest* request,
                                   grpc::ServerWriter<v1::Event>* writer) {
    for (const Event& event : events_) {
        if (!request->type().empty() && request->type() != event.type) continue;
        v1::Event message;
        wire::to_proto(event, &message);
        writer->Write(message);
    }
    if (request->follow()) return {grpc::UNAVAILABLE, "Socket closed"};
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::AddHook(Context*, const v1::AddHookRequest* request, v1::HookReply* reply) {
    last_add = *request;
    const std::string name = request->has_name() ? request->name() : "fresh";
    if (find_hook(name) != nullptr && !request->replace()) {
        return no(Code::conflict, fmt::format("a hook named '{}' exists", name),
                  "--replace puts this one in its place");
    }
    Hook hook = hooks_[1];
    hook.name = name;
    if (request->event_types_size() > 0) {
        hook.event_types.assign(request->event_types().begin(), request->event_types().end());
    }
    hook.file_path = "/srv/hooks/fresh.lua";
    hook.run_count = 0;
    hook.last_run.reset();
    wire::to_proto(hook, reply->mutable_hook());
    reply->add_warnings("the metadata key 'event_typ' is unknown (did you mean 'event_type'?)");
    reply->set_changed(true);
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::ListHooks(Context*, const v1::ListHooksRequest* request,
                                  v1::HookList* reply) {
    for (const Hook& hook : hooks_) {
        if (request->has_stack() && request->stack() != hook.stack) continue;
        wire::to_proto(hook, reply->add_hooks());
    }
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::GetHook(Context*, const v1::GetHookRequest* request,
                                v1::HookDetail* reply) {
    const Hook* hook = find_hook(request->ref());
    if (hook == nullptr) {
        return no(Code::not_found, fmt::format("no hook named '{}'", request->ref()),
                  "did you mean 'notify'?");
    }
    wire::to_proto(*hook, reply->mutable_hook());
    if (request->history()) {
        wire::to_proto(HookVersion{1, hook->content_hash, "return {}", hook->created_at},
                       reply->add_versions());
    }
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::SetHookEnabled(Context*, const v1::SetHookEnabledRequest* request,
                                       v1::HookReply* reply) {
    Hook* hook = find_hook(request->ref());
    if (hook == nullptr)
        return no(Code::not_found, fmt::format("no hook named '{}'", request->ref()));
    reply->set_changed(hook->enabled != request->enabled());
    hook->enabled = request->enabled();
    wire::to_proto(*hook, reply->mutable_hook());
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::RemoveHook(Context*, const v1::HookRef* request, v1::HookReply* reply) {
    Hook* hook = find_hook(request->ref());
    if (hook == nullptr)
        return no(Code::not_found, fmt::format("no hook named '{}'", request->ref()));
    hook->removed_at = fake_now();
    wire::to_proto(*hook, reply->mutable_hook());
    hooks_.erase(hooks_.begin() + (hook - hooks_.data()));
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::TestHook(Context*, const v1::TestHookRequest* request,
                                 v1::TestHookReply* reply) {
    Execution run = runs_[request->ref() == "broken" ? 2 : 0];
    run.event_type = request->type().empty() ? run.event_type : request->type();
    if (!request->data().empty()) run.output = "data " + request->data();
    wire::to_proto(run, reply->mutable_execution());
    v1::Effect* effect = reply->add_effects();
    effect->set_name("exec.run");
    effect->set_arguments(R"(["make deploy",{}])");
    effect->set_result(R"([{"exit_code":0}])");
    effect->set_duration_us(1500);
    effect->set_dry(request->dry_run());
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::LintHook(Context*, const v1::LintHookRequest* request,
                                 v1::LintHookReply* reply) {
    if (request->source().find("good") != std::string::npos) return grpc::Status::OK;
    v1::LintFinding* finding = reply->add_findings();
    finding->set_line(3);
    finding->set_severity("warning");
    finding->set_message("unknown global 'pritn': did you mean 'print'?");
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::HookLogs(Context*, const v1::HookLogsRequest* request,
                                 v1::HookLogsReply* reply) {
    const Hook* hook = find_hook(request->ref());
    if (hook == nullptr)
        return no(Code::not_found, fmt::format("no hook named '{}'", request->ref()));
    wire::to_proto(*hook, reply->mutable_hook());
    for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
        const bool failed = run->status == RunStatus::failed || run->status == RunStatus::timeout;
        if (run->hook_id != hook->id || (request->only_failed() && !failed)) continue;
        if (run->status == RunStatus::interrupted && !request->all()) continue;
        if (reply->executions_size() == request->limit()) break;
        wire::to_proto(*run, reply->add_executions());
    }
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::ListAgents(Context*, const v1::Empty*, v1::AgentList* reply) {
    for (const Agent& agent : agents_) wire::to_proto(agent, reply->add_agents());
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::GetAgent(Context*, const v1::AgentRef* request, v1::Agent* reply) {
    for (const Agent& agent : agents_) {
        if (agent.name != request->name()) continue;
        wire::to_proto(agent, reply);
        return grpc::Status::OK;
    }
    return no(Code::not_found, fmt::format("no agent named '{}'", request->name()));
}

grpc::Status FakeAdmin::DeleteAgent(Context* context, const v1::AgentRef* request,
                                    v1::Agent* reply) {
    const grpc::Status status = GetAgent(context, request, reply);
    std::erase_if(agents_, [&](const Agent& agent) { return agent.name == request->name(); });
    return status;
}

grpc::Status FakeAdmin::Watchers(Context*, const v1::WatchersRequest* request,
                                 v1::WatchersReply* reply) {
    if (request->agent() != "web-01") {
        return no(Code::unreachable,
                  fmt::format("the agent '{}' is not connected", request->agent()));
    }
    if (request->kind() == v1::WatchersRequest::LIST) {
        Json all = Json::array();
        for (const WatcherSpec& spec : watchers_) all.push_back(*parse_json(to_json(spec)));
        reply->set_result(dump_json(all));
        return grpc::Status::OK;
    }
    if (request->kind() == v1::WatchersRequest::CREATE) {
        WatcherSpec spec = *parse_watcher_spec(request->spec());
        spec.id = "watcher-0190dddd";
        spec.created_at = fake_now();
        reply->set_result(to_json(spec));
        return grpc::Status::OK;
    }
    if (watchers_.empty() || !watchers_[0].id.starts_with(request->watcher_id())) {
        return no(Code::not_found,
                  fmt::format("the agent has no watcher '{}'", request->watcher_id()));
    }
    if (request->kind() == v1::WatchersRequest::VERIFY) {
        WatcherRecord record{.id = watchers_[0].id,
                             .epoch = "e1",
                             .since = fake_now() - 1h,
                             .until = fake_now(),
                             .sequence = 1057};
        Json verdict = *parse_json(to_json(record));
        const bool complete = request->watcher_id() == record.id;
        verdict["complete"] = complete;
        verdict["stored"] = complete ? 1057 : 1050;
        verdict["first_stored"] = 1;
        verdict["missing"] = Json::array();
        if (!complete) {
            verdict["waiting"] = 5;
            verdict["missing"] = {{{"from", 7}, {"to", 7}}, {{"from", 20}, {"to", 21}}};
            verdict["doubts"] = {{{"from", format_rfc3339(fake_now() - 20min)},
                                  {"to", format_rfc3339(fake_now() - 10min)},
                                  {"reason", "the agent was not running"}}};
        }
        reply->set_result(dump_json(verdict));
        return grpc::Status::OK;
    }
    Json merged = *parse_json(to_json(watchers_[0]));
    if (request->kind() == v1::WatchersRequest::UPDATE) {
        merged.update(*parse_json(request->spec()));
    }
    reply->set_result(to_json(*parse_watcher_spec(dump_json(merged))));
    if (request->kind() == v1::WatchersRequest::DELETE) watchers_.clear();
    return grpc::Status::OK;
}

}  // namespace sloth::testing
