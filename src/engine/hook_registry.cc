#include "engine/hook_registry.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <future>

#include "base/file.h"
#include "base/sha256.h"
#include "domain/event_catalogue.h"
#include "domain/event_type.h"

namespace sloth {
namespace {

std::vector<std::string> warnings_for(const HookMetadata& metadata, const Hook& hook) {
    std::vector<std::string> out;
    for (const std::string& key : metadata.unknown_keys) {
        out.push_back(
            fmt::format("the script's '{}' is not a key that hooks have: it is ignored", key));
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

template <class T>
void take_change(const std::optional<T>& before, const std::optional<T>& after, T& target) {
    if (after && after != before) target = *after;
}

}  // namespace

HookRegistry::HookRegistry(HookStore& store, HookRunner& runner, Clock& clock, Random& random,
                           Log& log, HookLimits default_limits, Publish publish)
    : store_(store),
      runner_(runner),
      clock_(clock),
      log_(log),
      default_limits_(default_limits),
      publish_(std::move(publish)),
      ids_(UuidGenerator({random.next(), random.next() | 1})) {}

Result<HookMetadata> HookRegistry::load(const std::string& file_path, const std::string& source) {
    std::promise<Result<std::string>> promise;
    auto future = promise.get_future();
    runner_.load(std::filesystem::path(file_path).filename().string(), source,
                 [&promise](Result<std::string> loaded) { promise.set_value(std::move(loaded)); });
    SLOTH_TRY(const std::string json, future.get());
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
    hook.limits = default_limits_;
    hook.limits.timeout =
        request.timeout.value_or(metadata.timeout.value_or(default_limits_.timeout));
    hook.limits.memory = request.memory.value_or(metadata.memory.value_or(default_limits_.memory));
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

Result<void> HookRegistry::publish() {
    return publishing_.with([&](int&) -> Result<void> {
        SLOTH_TRY(auto index, store_.load_index());
        publish_(std::move(index));
        return {};
    });
}

HookRegistry::FileMark HookRegistry::look_at(const std::string& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return {};
    return {info.st_mtim.tv_sec * 1'000'000'000LL + info.st_mtim.tv_nsec,
            info.st_ctim.tv_sec * 1'000'000'000LL + info.st_ctim.tv_nsec, info.st_size,
            info.st_ino};
}

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
    const FileMark mark = look_at(hook.file_path);
    const auto [known, first] = marks_.try_emplace(hook.id, mark);
    if (!first && known->second == mark) return;
    known->second = mark;
    auto source = read_file(hook.file_path, kMaxHookSourceBytes);
    if (!source) {
        return note(hook, fmt::format("{}; version {} keeps running", source.error().message,
                                      hook.version));
    }
    if (sha256_hex(*source) == hook.content_hash) return note(hook, "");
    if (auto ok = reload(hook, *source); !ok) {
        note(hook, fmt::format("{}; version {} keeps running", ok.error().message, hook.version));
    }
}

// An edit changes what the edit changes: a key that the script says anew goes into the hook, one
// that it never said, or says as before, stays as the command line may have set it.
Result<void> HookRegistry::reload(const Hook& hook, const std::string& source) {
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
    if (!after.event_types.empty() && after.event_types != before.event_types) {
        changed.event_types = after.event_types;
    }
    changed.content_hash = sha256_hex(source);
    changed.last_error.clear();
    changed.updated_at = clock_.wall();
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
