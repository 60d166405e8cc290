// What happens when the file of a hook is edited.
#include <algorithm>

#include "base/file.h"
#include "base/sha256.h"
#include "engine/hook_registry.h"

namespace sloth {
namespace {

template <class T>
void take_change(const std::optional<T>& before, const std::optional<T>& after, T& target) {
    if (after && after != before) target = *after;
}

}  // namespace

void HookRegistry::check_files() {
    const auto hooks = store_.list();
    if (!hooks) return;
    std::erase_if(marks_, [&](const auto& mark) {
        return std::ranges::none_of(*hooks,
                                    [&](const Hook& hook) { return hook.id == mark.first; });
    });
    for (const Hook& hook : *hooks) check_file(hook);
}

void HookRegistry::check_file(const Hook& hook) {
    const FileMark mark = look_at_file(hook.file_path);
    const auto [known, first] = marks_.try_emplace(hook.id, mark);
    if (!first && known->second == mark) return;
    known->second = mark;
    if (auto ok = take_edit(hook); !ok) {
        std::string why = ok.error().message;
        if (!ok.error().hint.empty()) why += " (" + ok.error().hint + ")";
        note(hook, fmt::format("{}; version {} keeps running", why, hook.version));
        // What makes the file safe again may leave no mark on it.
        if (ok.error().code == Code::refused) marks_.erase(hook.id);
    }
}

Result<void> HookRegistry::take_edit(const Hook& hook) {
    SLOTH_TRY(const std::string source, read_file(hook.file_path, kMaxHookSourceBytes));
    const std::string hash = sha256_hex(source);
    if (!hook.pending_hash.empty()) {
        if (hash == hook.pending_hash) return {};
        SLOTH_TRY_VOID(store_.forget_held(hook.id));
    }
    if (hash == hook.content_hash) {
        note(hook, "");
        return {};
    }
    SLOTH_TRY_VOID(check_writers(hook.file_path));
    return reload(hook, source);
}

// An edit changes what the edit changes: a key that the script says anew goes into the hook, one
// that it never said, or says as before, stays as the command line may have set it.
Result<Hook> HookRegistry::edited(const Hook& hook, const std::string& source) {
    SLOTH_TRY(const HookMetadata after, load(hook.file_path, source));
    HookMetadata before;
    if (auto old = current_source(hook)) {
        if (auto metadata = load(hook.file_path, *old)) before = std::move(*metadata);
    }
    Hook changed = hook;
    take_change(before.description, after.description, changed.description);
    take_change(before.stack, after.stack, changed.stack);
    take_change(before.enabled, after.enabled, changed.enabled);
    take_change(before.timeout, after.timeout, changed.limits.timeout);
    take_change(before.memory, after.memory, changed.limits.memory);
    take_change(before.output, after.output, changed.limits.output);
    take_change(before.max_effects_in_flight, after.max_effects_in_flight,
                changed.limits.max_effects_in_flight);
    take_change(before.max_concurrency, after.max_concurrency, changed.limits.max_concurrency);
    if (before.profile != after.profile)
        changed.profile = std::max(after.profile.value_or(defaults_.profile), defaults_.profile);
    if (!after.event_types.empty() && after.event_types != before.event_types) {
        changed.event_types = after.event_types;
    }
    changed.permissions = after.permissions;
    changed.content_hash = sha256_hex(source);
    changed.last_error.clear();
    changed.updated_at = clock_.wall();
    return changed;
}

Result<void> HookRegistry::reload(const Hook& hook, const std::string& source) {
    SLOTH_TRY(const Hook changed, edited(hook, source));
    std::string more = widening(hook.permissions, changed.permissions);
    if (widens(hook.profile, changed.profile)) {
        if (!more.empty()) more += "; ";
        more += fmt::format("profile: {}", to_string(changed.profile));
    }
    if (!more.empty()) {
        const std::string why = fmt::format(
            "the new version asks for more: {}; version {} keeps running until "
            "`sloth-runner hook approve {}`",
            more, hook.version, hook.name);
        log_.warn("hook.needs_approval", {{"hook", hook.name}, {"asks_for", more}});
        return store_.hold({hook.id, changed.content_hash, source, why}, clock_.wall());
    }
    SLOTH_TRY(const Hook stored, store_.update(changed, source));
    log_.info("hook.reloaded", {{"hook", stored.name}, {"version", stored.version}});
    return publish();
}

Result<std::string> HookRegistry::current_source(const Hook& hook) {
    SLOTH_TRY(const auto versions, store_.versions(hook.id));
    for (const HookVersion& version : versions) {
        if (version.version == hook.version) return version.source;
    }
    return fail(Code::not_found, "hook '{}' has no version {}", hook.name, hook.version);
}

void HookRegistry::note(const Hook& hook, const std::string& problem) {
    if (hook.last_error == problem) return;
    if (auto ok = store_.set_last_error(hook.id, problem, clock_.wall()); !ok) {
        log_.warn("hook.note_failed", {{"hook", hook.name}, {"why", ok.error().message}});
        return;
    }
    if (!problem.empty()) log_.warn("hook.file_problem", {{"hook", hook.name}, {"why", problem}});
}

}  // namespace sloth
