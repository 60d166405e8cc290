#include "storage/sqlite/hook_store.h"

#include "storage/sqlite/event_queries.h"
#include "storage/sqlite/hook_writes.h"
#include "storage/sqlite/meta.h"
#include "storage/sqlite/rows.h"

namespace sloth {
namespace {

constexpr size_t kMaxCandidates = 6;

Result<std::vector<RunnableHook::Wanted>> read_wanted(Reader& reader, std::string_view id) {
    SLOTH_TRY(Statement * select,
              reader.statement("SELECT event_type, since FROM hook_event_types WHERE hook_id=? "
                               "ORDER BY position"));
    select->bind(1, id);
    std::vector<RunnableHook::Wanted> wanted;
    for (;;) {
        SLOTH_TRY(const bool row, select->step());
        if (!row) return wanted;
        wanted.push_back({select->text(0), select->integer(1)});
    }
}

// Reads every hook that `select` yields, each with its types.
Result<std::vector<Hook>> read_hooks(Reader& reader, Statement& select) {
    std::vector<Hook> hooks;
    for (;;) {
        SLOTH_TRY(const bool row, select.step());
        if (!row) break;
        hooks.push_back(read_hook(select));
    }
    for (Hook& hook : hooks) {
        SLOTH_TRY(const auto wanted, read_wanted(reader, hook.id));
        for (const auto& type : wanted) hook.event_types.push_back(type.event_type);
    }
    return hooks;
}

// The living one first, then the newest.
Result<std::optional<Hook>> find_exact(Reader& reader, std::string_view column,
                                       std::string_view value, bool with_removed) {
    SLOTH_TRY(Statement * select,
              reader.statement(fmt::format("SELECT " SLOTH_HOOK_COLUMNS
                                           " FROM hooks WHERE {}=?{} ORDER BY removed_at IS "
                                           "NULL DESC, removed_at DESC, created_at DESC LIMIT 1",
                                           column, with_removed ? "" : " AND removed_at IS NULL")));
    select->bind(1, value);
    SLOTH_TRY(auto hooks, read_hooks(reader, *select));
    if (hooks.empty()) return std::optional<Hook>();
    return std::move(hooks.front());
}

std::shared_ptr<RunnableHook> read_runnable(const Statement& row) {
    auto hook = std::make_shared<RunnableHook>();
    hook->id = row.text(0);
    hook->name = row.text(1);
    hook->stack = row.text(2);
    hook->limits.timeout = Micros(row.integer(3));
    hook->limits.memory = row.integer(4);
    hook->limits.output = row.integer(5);
    hook->limits.max_effects_in_flight = int(row.integer(6));
    hook->version = int(row.integer(7));
    hook->source = row.text(8);
    hook->delivery_suffix = delivery_suffix(hook->id);
    hook->key = uint64_t(row.integer(9)) << 32 | uint32_t(hook->version);
    hook->limits.max_concurrency = int(row.integer(10));
    read_rights(row, 11, hook->profile, hook->permissions);
    return hook;
}

}  // namespace

Result<Hook> SqliteHookStore::add(const Hook& hook, std::string_view source) {
    Hook stored;
    SLOTH_TRY_VOID(writer_.run([&](WriteGroup& group) -> Result<void> {
        SLOTH_TRY(stored, insert_hook(group.db(), hook, source));
        return {};
    }));
    return stored;
}

Result<Hook> SqliteHookStore::update(const Hook& hook, std::string_view source) {
    Hook stored;
    SLOTH_TRY_VOID(writer_.run([&](WriteGroup& group) -> Result<void> {
        SLOTH_TRY(stored, replace_hook(group.db(), hook, source));
        return {};
    }));
    return stored;
}

Result<Hook> SqliteHookStore::set_enabled(std::string_view id, bool enabled, WallTime now) {
    Hook stored;
    SLOTH_TRY_VOID(writer_.run([&](WriteGroup& group) -> Result<void> {
        SLOTH_TRY(stored, enable_hook(group.db(), id, enabled, now));
        return {};
    }));
    return stored;
}

Result<void> SqliteHookStore::set_last_error(std::string_view id, std::string_view error,
                                             WallTime now) {
    return writer_.run(
        [&](WriteGroup& group) { return write_hook_error(group.db(), id, error, now); });
}

Result<void> SqliteHookStore::hold(const HeldVersion& held, WallTime now) {
    return writer_.run([&](WriteGroup& group) { return hold_version(group.db(), held, now); });
}

Result<void> SqliteHookStore::forget_held(std::string_view id) {
    return writer_.run([&](WriteGroup& group) { return sloth::forget_held(group.db(), id); });
}

Result<std::string> SqliteHookStore::held_source(std::string_view id) {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(Statement * select,
              reader->statement("SELECT source FROM hook_pending WHERE hook_id=?"));
    SLOTH_TRY(const bool row, select->bind(1, id).step());
    if (!row) return fail(Code::not_found, "no version waits for approval");
    return select->text(0);
}

Result<void> SqliteHookStore::remove(std::string_view id, WallTime now) {
    return writer_.run([&](WriteGroup& group) { return remove_hook(group.db(), id, now); });
}

Result<Hook> SqliteHookStore::find(std::string_view ref, bool with_removed) {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(const Snapshot snapshot, Snapshot::begin(*reader));
    for (const std::string_view column : {"name", "id"}) {
        SLOTH_TRY(auto hook, find_exact(*reader, column, ref, with_removed));
        if (hook) return std::move(*hook);
    }
    if (!ref.empty()) {
        SLOTH_TRY(const auto ids, ids_with_prefix(*reader, "hooks", ref, kMaxCandidates));
        if (ids.size() > 1) return ambiguous("hook", ref, ids);
        if (ids.size() == 1) {
            SLOTH_TRY(auto hook, find_exact(*reader, "id", ids[0], with_removed));
            if (hook) return std::move(*hook);
        }
    }
    return fail_with(
        {Code::not_found, fmt::format("no hook '{}'", ref), "`sloth-runner hook list` shows them"});
}

Result<std::vector<Hook>> SqliteHookStore::list(std::optional<std::string> stack) {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(const Snapshot snapshot, Snapshot::begin(*reader));
    SLOTH_TRY(Statement * select,
              reader->statement("SELECT " SLOTH_HOOK_COLUMNS
                                " FROM hooks WHERE removed_at IS NULL AND (?1 IS NULL OR "
                                "coalesce(stack,'')=?1) ORDER BY name"));
    if (stack) select->bind(1, *stack);
    return read_hooks(*reader, *select);
}

Result<std::vector<HookVersion>> SqliteHookStore::versions(std::string_view id) {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(Statement * select,
              reader->statement("SELECT version, content_hash, source, created_at FROM "
                                "hook_versions WHERE hook_id=? ORDER BY version"));
    select->bind(1, id);
    std::vector<HookVersion> versions;
    for (;;) {
        SLOTH_TRY(const bool row, select->step());
        if (!row) return versions;
        versions.push_back({int(select->integer(0)), select->text(1), select->text(2),
                            from_micros(select->integer(3))});
    }
}

Result<std::shared_ptr<const HookIndex>> SqliteHookStore::load_index() {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(const Snapshot snapshot, Snapshot::begin(*reader));
    SLOTH_TRY(const int64_t generation, read_meta(reader->db(), Meta::hook_generation));
    SLOTH_TRY(
        Statement * select,
        reader->statement(
            "SELECT h.id, h.name, h.stack, h.timeout_us, h.memory, h.output, "
            "h.max_effects_in_flight, h.version, v.source, h.rowid, h.max_concurrency, h.profile, "
            "h.permissions FROM hooks h JOIN "
            "hook_versions v ON v.hook_id=h.id AND v.version=h.version WHERE h.enabled AND "
            "h.removed_at IS NULL"));
    std::vector<std::shared_ptr<RunnableHook>> hooks;
    for (;;) {
        SLOTH_TRY(const bool row, select->step());
        if (!row) break;
        hooks.push_back(read_runnable(*select));
    }
    for (auto& hook : hooks) {
        SLOTH_TRY(hook->wanted, read_wanted(*reader, hook->id));
    }
    return std::make_shared<const HookIndex>(
        generation, std::vector<std::shared_ptr<const RunnableHook>>(hooks.begin(), hooks.end()));
}

}  // namespace sloth
