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
    if (request->has_output()) add.output = request->output();
    if (request->has_max_effects_in_flight())
        add.max_effects_in_flight = request->max_effects_in_flight();
    if (request->has_max_concurrency()) add.max_concurrency = request->max_concurrency();
    if (request->has_profile()) {
        auto profile = parse_profile(request->profile());
        if (!profile) return wire::to_status(profile.error());
        add.profile = *profile;
    }
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

grpc::Status AdminService::ApproveHook(Context*, const v1::HookRef* request, v1::HookReply* out) {
    return answer(parts_.registry.approve(request->ref()), out);
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
