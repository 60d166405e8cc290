// Trying hooks before they matter: one run on an event, and a look for what is likely wrong.
#include <algorithm>

#include "server/grpc/admin_service.h"
#include "wire/convert.h"
#include "wire/status.h"

namespace sloth {
namespace {

RunnableHook to_runnable(const Hook& hook, std::string source) {
    RunnableHook out;
    out.id = hook.id;
    out.name = hook.name;
    out.stack = hook.stack;
    out.limits = hook.limits;
    out.profile = hook.profile;
    out.permissions = hook.permissions;
    out.version = hook.version;
    out.source = std::move(source);
    out.delivery_suffix = delivery_suffix(hook.id);
    // Beside the keys that the store counts, for a hook that may be disabled and so not be among
    // them.
    out.key = (1ULL << 63) | std::hash<std::string>{}(fmt::format("{}/{}", hook.id, hook.version));
    return out;
}

}  // namespace

Result<RunnableHook> AdminService::hook_to_test(const v1::TestHookRequest& request) {
    if (!request.file_path().empty()) {
        SLOTH_TRY(auto draft, parts_.registry.draft(request.file_path()));
        RunnableHook out = to_runnable(draft.hook, std::move(draft.source));
        for (const std::string& type : draft.hook.event_types) out.wanted.push_back({type, 0});
        return out;
    }
    SLOTH_TRY(const Hook hook, parts_.hooks.find(request.ref()));
    SLOTH_TRY(const auto versions, parts_.hooks.versions(hook.id));
    const auto current = std::ranges::find(versions, hook.version, &HookVersion::version);
    if (current == versions.end())
        return fail(Code::corrupt, "hook '{}' has no stored version {}", hook.name, hook.version);
    RunnableHook out = to_runnable(hook, current->source);
    for (const std::string& type : hook.event_types) out.wanted.push_back({type, 0});
    return out;
}

Result<Event> AdminService::test_event(const v1::TestHookRequest& request,
                                       const RunnableHook& hook) {
    if (!request.event_ref().empty()) return parts_.events.find(request.event_ref());
    Event event;
    event.type = request.type();
    if (event.type.empty()) {
        event.type = hook.wanted.empty() ? "custom" : hook.wanted.front().event_type;
        std::ranges::replace(event.type, '*', 'x');
    }
    if (!request.data().empty()) event.data = request.data();
    event.stack = request.stack().empty() ? hook.stack : request.stack();
    event.agent = request.agent();
    event.source = "test";
    SLOTH_TRY_VOID(validate(event));
    event.created_at = parts_.clock.wall();
    event.timestamp = request.has_timestamp() ? from_micros(request.timestamp()) : event.created_at;
    event.id =
        UuidGenerator({parts_.random.next(), parts_.random.next() | 1}).next(event.created_at);
    event.root_id = event.id;
    return event;
}

Result<TestRuns::Outcome> AdminService::test_hook(const v1::TestHookRequest& request) {
    SLOTH_TRY(RunnableHook hook, hook_to_test(request));
    SLOTH_TRY(Event event, test_event(request, hook));
    return parts_.test_runs.run(
        std::make_shared<const Event>(std::move(event)),
        std::make_shared<const RunnableHook>(std::move(hook)),
        request.dry_run() ? TestRuns::Effects::dry : TestRuns::Effects::real, parts_.events);
}

grpc::Status AdminService::TestHook(Context*, const v1::TestHookRequest* request,
                                    v1::TestHookReply* out) {
    auto outcome = test_hook(*request);
    if (!outcome) return wire::to_status(outcome.error());
    wire::to_proto(outcome->execution, out->mutable_execution());
    for (EffectTrace& effect : outcome->effects) {
        v1::Effect* message = out->add_effects();
        message->set_name(std::move(effect.name));
        message->set_arguments(std::move(effect.arguments));
        message->set_result(std::move(effect.result));
        message->set_duration_us(effect.duration.count());
        message->set_dry(effect.dry);
    }
    return grpc::Status::OK;
}

grpc::Status AdminService::LintHook(Context*, const v1::LintHookRequest* request,
                                    v1::LintHookReply* out) {
    const auto findings = parts_.registry.lint(request->file_path(), request->source());
    if (!findings) return wire::to_status(findings.error());
    for (const HookFinding& finding : *findings) {
        v1::LintFinding* message = out->add_findings();
        message->set_line(finding.line);
        message->set_severity(finding.severity);
        message->set_message(finding.message);
    }
    return grpc::Status::OK;
}

}  // namespace sloth
