#include <algorithm>

#include "server/grpc/admin_service.h"
#include "wire/convert.h"
#include "wire/status.h"

namespace sloth {
namespace {

grpc::Status answer(Result<HookRegistry::Change> change, v1::HookReply* out) {
    if (!change) return wire::to_status(change.error());
    wire::to_proto(change->hook, out->mutable_hook());
    for (std::string& warning : change->warnings) out->add_warnings(std::move(warning));
    out->set_changed(change->changed);
    return grpc::Status::OK;
}

RunnableHook to_runnable(const Hook& hook, std::string source) {
    RunnableHook out;
    out.id = hook.id;
    out.name = hook.name;
    out.stack = hook.stack;
    out.limits = hook.limits;
    out.version = hook.version;
    out.source = std::move(source);
    out.delivery_suffix = delivery_suffix(hook.id);
    // Beside the keys that the store counts, for a hook that may be disabled and so not be among
    // them.
    out.key = (1ULL << 63) | std::hash<std::string>{}(fmt::format("{}/{}", hook.id, hook.version));
    return out;
}

}  // namespace

grpc::Status AdminService::AddHook(Context*, const v1::AddHookRequest* request,
                                   v1::HookReply* out) {
    HookRegistry::AddRequest add;
    add.file_path = request->file_path();
    add.event_types.assign(request->event_types().begin(), request->event_types().end());
    if (request->has_name()) add.name = request->name();
    if (request->has_stack()) add.stack = request->stack();
    if (request->has_description()) add.description = request->description();
    if (request->has_timeout_us()) add.timeout = Micros(request->timeout_us());
    if (request->has_memory()) add.memory = request->memory();
    if (request->has_enabled()) add.enabled = request->enabled();
    add.replace = request->replace();
    return answer(parts_.registry.add(add), out);
}

grpc::Status AdminService::ListHooks(Context*, const v1::ListHooksRequest* request,
                                     v1::HookList* out) {
    const auto hooks =
        parts_.hooks.list(request->has_stack() ? std::optional(request->stack()) : std::nullopt);
    if (!hooks) return wire::to_status(hooks.error());
    for (const Hook& hook : *hooks) wire::to_proto(hook, out->add_hooks());
    return grpc::Status::OK;
}

grpc::Status AdminService::GetHook(Context*, const v1::GetHookRequest* request,
                                   v1::HookDetail* out) {
    const auto hook = parts_.hooks.find(request->ref());
    if (!hook) return wire::to_status(hook.error());
    wire::to_proto(*hook, out->mutable_hook());
    if (!request->history()) return grpc::Status::OK;
    const auto versions = parts_.hooks.versions(hook->id);
    if (!versions) return wire::to_status(versions.error());
    for (const HookVersion& version : *versions) wire::to_proto(version, out->add_versions());
    return grpc::Status::OK;
}

grpc::Status AdminService::SetHookEnabled(Context*, const v1::SetHookEnabledRequest* request,
                                          v1::HookReply* out) {
    return answer(parts_.registry.set_enabled(request->ref(), request->enabled()), out);
}

grpc::Status AdminService::RemoveHook(Context*, const v1::HookRef* request, v1::HookReply* out) {
    return answer(parts_.registry.remove(request->ref()), out);
}

Result<Event> AdminService::test_event(const v1::TestHookRequest& request, const Hook& hook) {
    if (!request.event_ref().empty()) return parts_.events.find(request.event_ref());
    Event event;
    event.type = request.type();
    if (event.type.empty()) {
        event.type = hook.event_types.front();
        std::ranges::replace(event.type, '*', 'x');
    }
    if (!request.data().empty()) event.data = request.data();
    event.stack = request.stack().empty() ? hook.stack : request.stack();
    event.source = "test";
    SLOTH_TRY_VOID(validate(event));
    event.timestamp = parts_.clock.wall();
    event.created_at = event.timestamp;
    event.id =
        UuidGenerator({parts_.random.next(), parts_.random.next() | 1}).next(event.timestamp);
    event.root_id = event.id;
    return event;
}

Result<Execution> AdminService::test_hook(const v1::TestHookRequest& request) {
    SLOTH_TRY(const Hook hook, parts_.hooks.find(request.ref()));
    SLOTH_TRY(const auto versions, parts_.hooks.versions(hook.id));
    const auto current = std::ranges::find(versions, hook.version, &HookVersion::version);
    if (current == versions.end())
        return fail(Code::corrupt, "hook '{}' has no stored version {}", hook.name, hook.version);
    SLOTH_TRY(Event event, test_event(request, hook));
    return parts_.test_runs.run(
        std::make_shared<const Event>(std::move(event)),
        std::make_shared<const RunnableHook>(to_runnable(hook, current->source)), parts_.events);
}

grpc::Status AdminService::TestHook(Context*, const v1::TestHookRequest* request,
                                    v1::Execution* out) {
    const auto execution = test_hook(*request);
    if (!execution) return wire::to_status(execution.error());
    wire::to_proto(*execution, out);
    return grpc::Status::OK;
}

grpc::Status AdminService::HookLogs(Context*, const v1::HookLogsRequest* request,
                                    v1::HookLogsReply* out) {
    const auto hook = parts_.hooks.find(request->ref(), true);
    if (!hook) return wire::to_status(hook.error());
    ExecutionFilter filter;
    filter.hook_id = hook->id;
    filter.only_failed = request->only_failed();
    filter.interrupted = request->all();
    filter.limit = size_t(std::clamp<int64_t>(request->limit(), 1, 100'000));
    const auto executions = parts_.executions.list(filter);
    if (!executions) return wire::to_status(executions.error());
    wire::to_proto(*hook, out->mutable_hook());
    for (const Execution& execution : *executions) wire::to_proto(execution, out->add_executions());
    return grpc::Status::OK;
}

}  // namespace sloth
