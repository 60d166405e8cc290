// The admin service: translate, call, translate. The same object serves a master's socket and a
// command that works without one. gRPC's threads call it; every call blocks its own thread only.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "engine/hook_registry.h"
#include "engine/intake.h"
#include "engine/test_runs.h"
#include "engine/waiters.h"
#include "ports/agent_store.h"
#include "ports/clock.h"
#include "ports/event_store.h"
#include "ports/execution_store.h"
#include "ports/hook_store.h"
#include "ports/random.h"
#include "ports/secret_store.h"
#include "ports/state_store.h"
#include "sloth/v1/admin.grpc.pb.h"

namespace sloth {

// What the service stands on; all of it outlives the service.
struct AdminParts {
    EventStore& events;
    ExecutionStore& executions;
    HookStore& hooks;
    AgentStore& agents;
    StateStore& state;
    SecretStore& secrets;
    Intake& intake;
    HookRegistry& registry;
    TestRuns& test_runs;
    Waiters& waiters;
    Clock& clock;
    Random& random;
    bool runs_hooks;  // false: a command without a master; what is stored waits
    // Role, folder, addresses, workers, sizes: what only the process as a whole knows. Fills the
    // reply's other fields.
    std::function<void(v1::StatusReply*)> describe;
    // Asks the agent itself.
    std::function<Result<std::string>(const v1::WatchersRequest&)> watchers;
    // When a connected agent was heard last; the store's time may be a minute old. May be empty.
    std::function<std::optional<WallTime>(std::string_view agent)> last_heard = {};
};

class AdminService final : public v1::Admin::Service {
 public:
    explicit AdminService(AdminParts parts) : parts_(std::move(parts)) {}

    // Ends calls that wait (tail, wait), so that the server can be shut down.
    void stop() { stopping_ = true; }

    using Context = grpc::ServerContext;
    grpc::Status Status(Context*, const v1::StatusRequest*, v1::StatusReply*) override;

    grpc::Status Dispatch(
        Context*, grpc::ServerReaderWriter<v1::DispatchReply, v1::DispatchRequest>*) override;
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
    grpc::Status ApproveHook(Context*, const v1::HookRef*, v1::HookReply*) override;
    grpc::Status TestHook(Context*, const v1::TestHookRequest*, v1::TestHookReply*) override;
    grpc::Status LintHook(Context*, const v1::LintHookRequest*, v1::LintHookReply*) override;
    grpc::Status HookLogs(Context*, const v1::HookLogsRequest*, v1::HookLogsReply*) override;

    grpc::Status SetSecret(Context*, const v1::SetSecretRequest*, v1::SecretReply*) override;
    grpc::Status GetSecret(Context*, const v1::SecretRef*, v1::SecretReply*) override;
    grpc::Status ListSecrets(Context*, const v1::ListSecretsRequest*, v1::SecretList*) override;
    grpc::Status RemoveSecret(Context*, const v1::SecretRef*, v1::SecretReply*) override;
    grpc::Status RotateSecretKey(Context*, const v1::Empty*, v1::RotateSecretKeyReply*) override;

    grpc::Status GetState(Context*, const v1::StateRef*, v1::StateEntry*) override;
    grpc::Status ListState(Context*, const v1::StateRef*, v1::StateList*) override;
    grpc::Status SetState(Context*, const v1::SetStateRequest*, v1::StateEntry*) override;
    grpc::Status DeleteState(Context*, const v1::StateRef*, v1::StateEntry*) override;

    grpc::Status ListAgents(Context*, const v1::Empty*, v1::AgentList*) override;
    grpc::Status GetAgent(Context*, const v1::AgentRef*, v1::Agent*) override;
    grpc::Status DeleteAgent(Context*, const v1::AgentRef*, v1::Agent*) override;
    grpc::Status Watchers(Context*, const v1::WatchersRequest*, v1::WatchersReply*) override;

 private:
    Result<void> detail(const Event& event, v1::EventDetail* out);
    Result<void> wait_event(Context* context, const v1::WaitEventRequest& request,
                            v1::EventDetail* out);
    Result<void> tail(Context* context, const v1::TailEventsRequest& request,
                      grpc::ServerWriter<v1::Event>* writer);
    Result<void> status(v1::StatusReply* reply);
    Result<TestRuns::Outcome> test_hook(const v1::TestHookRequest& request);
    Result<RunnableHook> hook_to_test(const v1::TestHookRequest& request);
    Result<Event> test_event(const v1::TestHookRequest& request, const RunnableHook& hook);
    // An event about what an operator did here; not being able to store it undoes nothing.
    void tell(std::string type, std::string data, const std::string& stack);
    Result<void> change_state(InternalEffect effect);

    Agent as_of_now(Agent agent) const;

    AdminParts parts_;
    std::atomic<bool> stopping_ = false;
};

}  // namespace sloth
