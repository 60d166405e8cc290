#include "engine/hook_registry.h"

#include <algorithm>
#include <filesystem>
#include <future>

#include "base/file.h"
#include "base/sha256.h"
#include "domain/event_catalogue.h"
#include "domain/event_type.h"

namespace sloth {
namespace {

// The command line's word, else the script's; else `target` stays.
template <class T>
void choose(const std::optional<T>& flag, const std::optional<T>& said, T& target) {
    if (flag) {
        target = *flag;
    } else if (said) {
        target = *said;
    }
}

std::vector<std::string> warnings_for(const HookMetadata& metadata, const Hook& hook) {
    std::vector<std::string> out;
    for (const std::string& key : metadata.unknown_keys) {
        out.push_back(
            fmt::format("the script's '{}' is not a key that hooks have: it is ignored", key));
    }
    if (metadata.profile && widens(hook.profile, *metadata.profile)) {
        out.push_back(
            fmt::format("the script asks for the profile '{}' and gets '{}': --profile "
                        "sets it",
                        to_string(*metadata.profile), to_string(hook.profile)));
    }
    if (const auto ok = check_writers(hook.file_path); !ok) {
        out.push_back(fmt::format("edits of the file will not be taken: {} ({})",
                                  ok.error().message, ok.error().hint));
    }
    for (const std::string& type : hook.event_types) {
        if (is_glob(type) || find_event_type(type)) continue;
        if (const auto near = suggest_event_type(type)) {
            out.push_back(
                fmt::format("'{}' is not a known event type: did you mean '{}'?", type, *near));
        }
    }
    return out;
}

// What a flag asks for; metadata and settings have been looked at where they were read.
Result<void> check_limits(const Hook& hook) {
    const auto too_low = [&](std::string_view what, const std::string& least) {
        return fail(Code::invalid, "add hook '{}': its {} must be {}", hook.name, what, least);
    };
    const HookLimits& limits = hook.limits;
    if (limits.timeout <= 0us) return too_low("timeout", "longer than 0s");
    if (limits.memory < kLeastHookMemory)
        return too_low("memory", "at least " + format_bytes(kLeastHookMemory));
    if (limits.output < kLeastHookOutput)
        return too_low("output", "at least " + format_bytes(kLeastHookOutput));
    return {};
}

}  // namespace

HookRegistry::HookRegistry(HookStore& store, HookRunner& runner, Clock& clock, Random& random,
                           Log& log, Defaults defaults, Publish publish)
    : store_(store),
      runner_(runner),
      clock_(clock),
      log_(log),
      defaults_(defaults),
      publish_(std::move(publish)),
      ids_(UuidGenerator({random.next(), random.next() | 1})) {}

Result<std::string> HookRegistry::ask_worker(const std::string& file_path,
                                             const std::string& source,
                                             HookRunner::Purpose purpose) {
    std::promise<Result<std::string>> promise;
    auto future = promise.get_future();
    runner_.load(std::filesystem::path(file_path).filename().string(), source, purpose,
                 [&promise](Result<std::string> loaded) { promise.set_value(std::move(loaded)); });
    return future.get();
}

Result<HookMetadata> HookRegistry::load(const std::string& file_path, const std::string& source) {
    SLOTH_TRY(const std::string json, ask_worker(file_path, source, HookRunner::Purpose::metadata));
    return parse_hook_metadata(json);
}

Result<Hook> HookRegistry::build(const AddRequest& request, const HookMetadata& metadata,
                                 const std::string& source) const {
    Hook hook;
    hook.name = request.name.value_or(
        metadata.name.value_or(std::filesystem::path(request.file_path).stem().string()));
    if (!is_hook_name(hook.name)) {
        return fail_with({Code::invalid, fmt::format("'{}' cannot name a hook", hook.name),
                          "use letters, digits, '_', '-' and '.', at most 128 (--name NAME)"});
    }
    hook.event_types = request.event_types.empty() ? metadata.event_types : request.event_types;
    if (hook.event_types.empty()) {
        return fail_with({Code::invalid,
                          fmt::format("add hook '{}': it names no event type", hook.name),
                          "set event_type in its metadata table, or use --event TYPE"});
    }
    for (const std::string& type : hook.event_types) {
        if (!is_event_pattern(type)) {
            return fail_with(
                {Code::invalid,
                 fmt::format("add hook '{}': '{}' is not an event type", hook.name, type),
                 "a type is words joined by dots, like task.failed; * stands for any word"});
        }
    }
    hook.description = request.description.value_or(metadata.description.value_or(""));
    hook.file_path = request.file_path;
    hook.stack = request.stack.value_or(metadata.stack.value_or(""));
    hook.enabled = request.enabled.value_or(metadata.enabled.value_or(true));
    hook.limits = defaults_.limits;
    choose(request.timeout, metadata.timeout, hook.limits.timeout);
    choose(request.memory, metadata.memory, hook.limits.memory);
    choose(request.output, metadata.output, hook.limits.output);
    choose(request.max_effects_in_flight, metadata.max_effects_in_flight,
           hook.limits.max_effects_in_flight);
    choose(request.max_concurrency, metadata.max_concurrency, hook.limits.max_concurrency);
    SLOTH_TRY_VOID(check_limits(hook));
    hook.profile = std::max(metadata.profile.value_or(defaults_.profile), defaults_.profile);
    if (request.profile) hook.profile = *request.profile;
    hook.permissions = metadata.permissions;
    hook.content_hash = sha256_hex(source);
    return hook;
}

Result<HookRegistry::Change> HookRegistry::add(const AddRequest& request) {
    auto source = read_file(request.file_path, kMaxHookSourceBytes);
    if (!source) {
        Error error = std::move(source).error();
        error.message = fmt::format("add hook: {}", error.message);
        return fail_with(std::move(error));
    }
    auto metadata = load(request.file_path, *source);
    if (!metadata) {
        Error error = std::move(metadata).error();
        error.message = fmt::format("add hook '{}': {}", request.file_path, error.message);
        return fail_with(std::move(error));
    }
    SLOTH_TRY(Hook hook, build(request, *metadata, *source));
    const WallTime now = clock_.wall();
    hook.created_at = now;
    hook.updated_at = now;
    Change change;
    auto existing = store_.find(hook.name);
    if (existing && existing->name == hook.name) {
        if (!request.replace) {
            return fail_with(
                {Code::conflict, fmt::format("a hook named '{}' exists already", hook.name),
                 "use --replace to put this one in its place, or --name for another name"});
        }
        hook.id = existing->id;
        SLOTH_TRY(change.hook, store_.update(hook, *source));
    } else {
        hook.id = ids_.with([&](UuidGenerator& ids) { return ids.next(now); });
        SLOTH_TRY(change.hook, store_.add(hook, *source));
    }
    SLOTH_TRY_VOID(publish());
    change.warnings = warnings_for(*metadata, hook);
    return change;
}

Result<HookRegistry::Change> HookRegistry::set_enabled(std::string_view ref, bool enabled) {
    SLOTH_TRY(Hook hook, store_.find(ref));
    if (hook.enabled == enabled) return Change{std::move(hook), {}, false};
    SLOTH_TRY(hook, store_.set_enabled(hook.id, enabled, clock_.wall()));
    SLOTH_TRY_VOID(publish());
    return Change{std::move(hook), {}, true};
}

Result<HookRegistry::Change> HookRegistry::remove(std::string_view ref) {
    SLOTH_TRY(Hook hook, store_.find(ref));
    SLOTH_TRY_VOID(store_.remove(hook.id, clock_.wall()));
    SLOTH_TRY_VOID(publish());
    return Change{std::move(hook), {}, true};
}

Result<HookRegistry::Change> HookRegistry::approve(std::string_view ref) {
    SLOTH_TRY(const Hook hook, store_.find(ref));
    if (hook.pending_hash.empty()) {
        return fail_with({Code::conflict,
                          fmt::format("no version of the hook '{}' waits for approval", hook.name),
                          "a version waits when its permissions are wider than those that run"});
    }
    SLOTH_TRY(const std::string source, store_.held_source(hook.id));
    SLOTH_TRY(const Hook changed, edited(hook, source));
    SLOTH_TRY(Hook stored, store_.update(changed, source));
    SLOTH_TRY_VOID(publish());
    log_.info("hook.approved", {{"hook", stored.name}, {"version", stored.version}});
    return Change{std::move(stored), {}, true};
}

Result<void> HookRegistry::publish() {
    return publishing_.with([&](int&) -> Result<void> {
        SLOTH_TRY(auto index, store_.load_index());
        publish_(std::move(index));
        return {};
    });
}

}  // namespace sloth
