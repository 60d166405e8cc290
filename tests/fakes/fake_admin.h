// The admin service with a small world in memory: three events, two hooks, one agent with one
// watcher. For tests of the command line, over gRPC's in-process channel: what a command sends and
// receives is what it would over a socket. The time is always 2026-11-23T14:25:07Z.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/agent.h"
#include "domain/event.h"
#include "domain/execution.h"
#include "domain/hook.h"
#include "domain/watcher_spec.h"
#include "sloth/v1/admin.grpc.pb.h"

namespace sloth::testing {

WallTime fake_now();

class FakeAdmin final : public v1::Admin::Service {
 public:
    FakeAdmin();

    bool draining = false;         // refuses events
    bool registered = true;        // the agent of `up`
    int break_stream_after = -1;   // events, then the stream ends as if the master had died
    std::string last_cause;        // of the newest dispatch
    v1::AddHookRequest last_add;   // as it came
    std::vector<int> batch_sizes;  // of every dispatch message

    using Context = grpc::ServerContext;
    using Dispatches = grpc::ServerReaderWriter<v1::DispatchReply, v1::DispatchRequest>;

    grpc::Status Status(Context*, const v1::StatusRequest*, v1::StatusReply* reply) override;
    grpc::Status Dispatch(Context*, Dispatches* stream) override;
    grpc::Status WaitEvent(Context*, const v1::WaitEventRequest*, v1::EventDetail*) override;
    grpc::Status ListEvents(Context*, const v1::ListEventsRequest*, v1::EventList*) override;
    grpc::Status GetEvent(Context*, const v1::EventRef*, v1::EventDetail*) override;
    grpc::Status DeleteEvent(Context*, const v1::EventRef*, v1::Event*) override;
    grpc::Status CleanupEvents(Context*, const v1::CleanupEventsRequest*,
                               v1::CleanupEventsReply*) override;
    grpc::Status TailEvents(Context*, const v1::TailEventsRequest*,
                            grpc::ServerWriter<v1::Event>*) override;
    grpc::Status AddHook(Context*, const v1::AddHookRequest*, v1::HookReply*) override;
    grpc::Status ListHooks(Context*, const v1::ListHooksRequest*, v1::HookList*) override;
    grpc::Status GetHook(Context*, const v1::GetHookRequest*, v1::HookDetail*) override;
    grpc::Status SetHookEnabled(Context*, const v1::SetHookEnabledRequest*,
                                v1::HookReply*) override;
    grpc::Status RemoveHook(Context*, const v1::HookRef*, v1::HookReply*) override;
    grpc::Status TestHook(Context*, const v1::TestHookRequest*, v1::TestHookReply*) override;
    grpc::Status LintHook(Context*, const v1::LintHookRequest*, v1::LintHookReply*) override;
    grpc::Status HookLogs(Context*, const v1::HookLogsRequest*, v1::HookLogsReply*) override;
    grpc::Status ListAgents(Context*, const v1::Empty*, v1::AgentList*) override;
    grpc::Status GetAgent(Context*, const v1::AgentRef*, v1::Agent*) override;
    grpc::Status DeleteAgent(Context*, const v1::AgentRef*, v1::Agent*) override;
    grpc::Status Watchers(Context*, const v1::WatchersRequest*, v1::WatchersReply*) override;

 private:
    Event* find_event(const std::string& ref);
    Hook* find_hook(const std::string& ref);
    v1::DispatchResult accept(const v1::NewEvent& event);

    std::vector<Event> events_;
    std::vector<Execution> runs_;
    std::vector<Hook> hooks_;
    std::vector<Agent> agents_;
    std::vector<WatcherSpec> watchers_;
};

}  // namespace sloth::testing
