#include "tests/fakes/fake_admin.h"

#include <algorithm>

#include "base/json.h"
#include "wire/convert.h"
#include "wire/status.h"

namespace sloth::testing {
namespace {

Event event(int64_t seq, const char* type, EventStatus status, Micros age) {
    Event out;
    out.seq = seq;
    out.id = fmt::format("0190aaaa-0000-7000-8000-0000000{}", seq);
    out.type = type;
    out.status = status;
    out.created_at = out.timestamp = fake_now() - age;
    if (is_final(status)) out.processed_at = out.created_at + 250ms;
    out.root_id = out.id;
    return out;
}

Execution run(int64_t id, const Event& of, const Hook& hook, RunStatus status, Micros took) {
    Execution out;
    out.id = id;
    out.event_id = of.id;
    out.event_type = of.type;
    out.hook_id = hook.id;
    out.hook_name = hook.name;
    out.status = status;
    out.duration = took;
    out.executed_at = of.created_at + 1ms;
    out.delivery_id = fmt::format("d{}", id);
    return out;
}

grpc::Status no(Code code, std::string message, std::string hint = "") {
    return wire::to_status({code, std::move(message), std::move(hint)});
}

}  // namespace

WallTime fake_now() { return *parse_rfc3339("2026-11-23T14:25:07Z"); }

FakeAdmin::FakeAdmin() {
    Hook notify;
    notify.id = "0190bbbb-0000-7000-8000-000000000001";
    notify.name = "notify";
    notify.description = "Tell the team";
    notify.event_types = {"task.failed", "agent.*"};
    notify.file_path = "/srv/hooks/notify.lua";
    notify.content_hash = "ab12cd34ef56ab12cd34ef56";
    notify.created_at = notify.updated_at = fake_now() - 48h;
    notify.last_run = fake_now() - 3s;
    notify.run_count = 12;
    Hook broken = notify;
    broken.id = "0190bbbb-0000-7000-8000-000000000002";
    broken.name = "broken";
    broken.description = "";
    broken.event_types = {"deploy.started"};
    broken.stack = "prod";
    broken.enabled = false;
    broken.last_run.reset();
    broken.run_count = 0;
    broken.last_error = "/srv/hooks/broken.lua:3: unexpected symbol near '}'";
    hooks_ = {broken, notify};

    events_ = {event(48211, "task.failed", EventStatus::completed, 2h),
               event(48212, "task.failed", EventStatus::failed, 90s),
               event(48213, "file.modified", EventStatus::pending, 3s)};
    events_[0].data = R"({"task":"build","exit_code":2})";
    events_[1].error = "1 of 2 runs failed";
    runs_ = {run(1, events_[0], notify, RunStatus::success, 234ms),
             run(2, events_[1], notify, RunStatus::success, 12'300us),
             run(3, events_[1], broken, RunStatus::failed, 456us),
             run(4, events_[1], notify, RunStatus::timeout, 30s),
             run(5, events_[1], notify, RunStatus::interrupted, 5ms)};
    runs_[0].output = "told #ops\x1b[31m in red\nsecond line";
    runs_[2].error = "Failed to connect to deployment server: connection refused";
    runs_[3].error = "timed out after 30s";

    agents_ = {{.name = "web-01",
                .address = "unix:",
                .status = AgentStatus::connected,
                .version = "0.1.0",
                .tags = {"web", "eu"},
                .system_info = R"({"os":"linux","cpu_cores":2})",
                .registered_at = fake_now() - 24h,
                .last_heartbeat = fake_now() - 2s}};
    WatcherSpec watcher;
    watcher.id = "watcher-0190cccc";
    watcher.type = "file";
    watcher.conditions = {"created", "modified"};
    watcher.path = "/etc/hosts";
    watcher.created_at = fake_now() - 1h;
    watchers_ = {watcher};
}

grpc::Status FakeAdmin::Status(Context*, const v1::StatusRequest*, v1::StatusReply* reply) {
    reply->set_version("0.1.0");
    reply->set_role("up");
    reply->set_state("running");
    reply->set_pid(4242);
    reply->set_uptime_us(3'723'000'000);
    reply->set_data_dir("/srv/data");
    reply->set_socket("/srv/data/sloth-runner.sock");
    reply->set_events_accepted(12345);
    reply->set_events_total(20000);
    reply->set_runs_success(12000);
    reply->set_runs_failed(3);
    reply->set_hooks_total(2);
    reply->set_hooks_enabled(1);
    reply->set_database_bytes(3 << 20);
    reply->set_wal_bytes(512 << 10);
    reply->set_agent_registered(registered);
    for (const char* state : {"idle", "busy"}) {
        v1::WorkerStatus* worker = reply->add_workers();
        worker->set_pid(4243);
        worker->set_state(state);
    }
    for (const Agent& agent : agents_) wire::to_proto(agent, reply->add_agents());
    v1::HookProblem* problem = reply->add_failing_hooks();
    problem->set_name("broken");
    problem->set_problem(hooks_[0].last_error);
    reply->add_warnings("Landlock is not available: workers run without it");
    return grpc::Status::OK;
}

v1::DispatchResult FakeAdmin::accept(const v1::NewEvent& sent) {
    v1::DispatchResult result;
    Event made = event(events_.back().seq + 1, sent.type().c_str(), EventStatus::pending, 0us);
    if (!sent.id().empty()) made.id = sent.id();
    if (Event* known = find_event(made.id)) {
        if (known->type != made.type) {
            wire::to_proto(
                {Code::conflict, fmt::format("the id {} is taken by another event", made.id), ""},
                result.mutable_error());
            return result;
        }
        result.set_duplicate(true);
        made = *known;
    } else {
        made.data = sent.data().empty() ? "{}" : sent.data();
        made.stack = sent.stack();
        if (made.type == "task.failed" || made.type == "task.completed") {
            made.status = made.type == "task.failed" ? EventStatus::failed : EventStatus::completed;
            made.processed_at = fake_now() + 1s;
            runs_.push_back(run(
                9, made, hooks_[1],
                made.status == EventStatus::failed ? RunStatus::failed : RunStatus::success, 3ms));
            if (made.status == EventStatus::failed) runs_.back().error = "notify.lua:4: boom";
        }
        events_.push_back(made);
    }
    result.set_seq(made.seq);
    result.set_id(made.id);
    result.set_type(made.type);
    if (made.type == "task.faild") result.set_hint("did you mean 'task.failed'?");
    return result;
}

grpc::Status FakeAdmin::Dispatch(Context*, Dispatches* stream) {
    int count = 0;
    v1::DispatchRequest request;
    while (stream->Read(&request)) {
        if (draining) return no(Code::refused, "the master is draining: no more events");
        last_cause = request.cause();
        batch_sizes.push_back(request.events_size());
        v1::DispatchReply reply;
        for (const v1::NewEvent& sent : request.events()) {
            if (break_stream_after >= 0 && count++ >= break_stream_after) {
                stream->Write(reply);
                return {grpc::UNAVAILABLE, "Socket closed"};
            }
            *reply.add_results() = accept(sent);
        }
        stream->Write(reply);
    }
    return grpc::Status::OK;
}

grpc::Status FakeAdmin::WaitEvent(Context*, const v1::WaitEventRequest* request,
                                  v1::EventDetail* reply) {
    v1::EventRef ref;
    ref.set_ref(request->ref());
    const grpc::Status status = GetEvent(nullptr, &ref, reply);
    if (status.ok() && reply->event().status() == "pending") {
        return no(
            Code::timed_out,
            fmt::format("event #{} has not reached its final state within {}", reply->event().seq(),
                        format_duration(Micros(request->timeout_us()))));
    }
    return status;
}

}  // namespace sloth::testing
