#include "tests/fakes/memory_hooks.h"

#include <algorithm>

#include "tests/fakes/memory_tables.h"

namespace sloth {

Result<MemoryHooks::Row*> MemoryHooks::living(std::string_view id) {
    for (Row& row : rows_) {
        if (row.hook.id == id && !row.hook.removed_at) return &row;
    }
    return fail(Code::not_found, "no hook has the id '{}'", id);
}

bool MemoryHooks::is_taken(const Hook& hook) const {
    return std::ranges::any_of(rows_, [&](const Row& row) {
        return !row.hook.removed_at && row.hook.name == hook.name && row.hook.id != hook.id;
    });
}

void MemoryHooks::want(Row& row, bool anew) {
    ++generation_;
    std::map<std::string, int64_t> since;
    for (const std::string& type : row.hook.event_types) {
        const auto before = row.since.find(type);
        since[type] = anew || before == row.since.end() ? generation_ : before->second;
    }
    row.since = std::move(since);
}

Result<Hook> MemoryHooks::add(Hook hook, std::string_view source) {
    if (hook.event_types.empty()) return fail(Code::invalid, "the hook names no event type");
    if (is_taken(hook)) return fail(Code::conflict, "a hook named '{}' exists", hook.name);
    hook.version = 1;
    hook.last_run.reset();
    hook.run_count = 0;
    hook.removed_at.reset();
    rows_.push_back({hook, {{1, hook.content_hash, std::string(source), hook.created_at}}, {}});
    want(rows_.back(), true);
    return hook;
}

Result<Hook> MemoryHooks::update(Hook hook, std::string_view source) {
    if (hook.event_types.empty()) return fail(Code::invalid, "the hook names no event type");
    SLOTH_TRY(Row * row, living(hook.id));
    if (is_taken(hook)) return fail(Code::conflict, "a hook named '{}' exists", hook.name);
    const Hook before = row->hook;
    const bool new_source = hook.content_hash != before.content_hash;
    hook.version = before.version + (new_source ? 1 : 0);
    hook.created_at = before.created_at;
    hook.last_run = before.last_run;
    hook.run_count = before.run_count;
    hook.removed_at.reset();
    hook.pending_hash.clear();
    row->held.reset();
    row->hook = hook;
    if (new_source) {
        row->versions.push_back(
            {hook.version, hook.content_hash, std::string(source), hook.updated_at});
    }
    const bool anew = hook.stack != before.stack || (hook.enabled && !before.enabled);
    if (new_source || anew || hook.enabled != before.enabled ||
        hook.event_types != before.event_types) {
        want(*row, anew);
    }
    return hook;
}

Result<Hook> MemoryHooks::set_enabled(std::string_view id, bool enabled, WallTime now) {
    SLOTH_TRY(Row * row, living(id));
    if (row->hook.enabled == enabled) return row->hook;
    row->hook.enabled = enabled;
    row->hook.updated_at = now;
    want(*row, enabled);
    return row->hook;
}

Result<void> MemoryHooks::set_last_error(std::string_view id, std::string_view error,
                                         WallTime now) {
    SLOTH_TRY(Row * row, living(id));
    row->hook.last_error = error;
    row->hook.updated_at = now;
    return {};
}

Result<void> MemoryHooks::hold(const HeldVersion& held, WallTime now) {
    SLOTH_TRY_VOID(set_last_error(held.hook_id, held.why, now));
    SLOTH_TRY(Row * row, living(held.hook_id));
    row->hook.pending_hash = held.content_hash;
    row->held = held.source;
    return {};
}

Result<void> MemoryHooks::forget_held(std::string_view id) {
    SLOTH_TRY(Row * row, living(id));
    row->hook.pending_hash.clear();
    row->held.reset();
    return {};
}

Result<std::string> MemoryHooks::held_source(std::string_view id) const {
    for (const Row& row : rows_) {
        if (row.hook.id == id && row.held) return *row.held;
    }
    return fail(Code::not_found, "no version waits for approval");
}

Result<void> MemoryHooks::remove(std::string_view id, WallTime now) {
    SLOTH_TRY(Row * row, living(id));
    row->hook.removed_at = row->hook.updated_at = now;
    ++generation_;
    return {};
}

Result<Hook> MemoryHooks::find(std::string_view ref, bool with_removed) const {
    const Row* best = nullptr;
    std::vector<std::string> ids;
    for (const Row& row : rows_) {
        ids.push_back(row.hook.id);
        if (row.hook.name != ref && row.hook.id != ref) continue;
        if (row.hook.removed_at && !with_removed) continue;
        if (!best || best->hook.removed_at) best = &row;
    }
    if (best) return best->hook;
    SLOTH_TRY(const std::string id, only_id_with_prefix(ids, ref, "hook"));
    if (id == ref) return fail(Code::not_found, "no hook '{}'", ref);
    return find(id, with_removed);
}

std::vector<Hook> MemoryHooks::list(const std::optional<std::string>& stack) const {
    std::vector<Hook> out;
    for (const Row& row : rows_) {
        if (row.hook.removed_at || (stack && row.hook.stack != *stack)) continue;
        out.push_back(row.hook);
    }
    std::ranges::sort(out, {}, &Hook::name);
    return out;
}

std::vector<HookVersion> MemoryHooks::versions(std::string_view id) const {
    for (const Row& row : rows_) {
        if (row.hook.id == id) return row.versions;
    }
    return {};
}

std::shared_ptr<const HookIndex> MemoryHooks::load_index() const {
    std::vector<std::shared_ptr<const RunnableHook>> hooks;
    for (size_t i = 0; i < rows_.size(); ++i) {
        const Hook& hook = rows_[i].hook;
        if (!hook.enabled || hook.removed_at) continue;
        auto runnable = std::make_shared<RunnableHook>();
        runnable->id = hook.id;
        runnable->name = hook.name;
        runnable->stack = hook.stack;
        runnable->limits = hook.limits;
        runnable->profile = hook.profile;
        runnable->permissions = hook.permissions;
        runnable->version = hook.version;
        runnable->source = rows_[i].versions.back().source;
        for (const std::string& type : hook.event_types) {
            runnable->wanted.push_back({type, rows_[i].since.at(type)});
        }
        runnable->delivery_suffix = delivery_suffix(hook.id);
        runnable->key = uint64_t(i + 1) << 32 | uint32_t(hook.version);
        hooks.push_back(std::move(runnable));
    }
    return std::make_shared<const HookIndex>(generation_, std::move(hooks));
}

void MemoryHooks::count(const Execution& run) {
    if (run.status == RunStatus::interrupted) return;
    for (Row& row : rows_) {
        if (row.hook.id != run.hook_id) continue;
        ++row.hook.run_count;
        row.hook.last_run = std::max(row.hook.last_run.value_or(WallTime{}), run.executed_at);
    }
}

}  // namespace sloth
