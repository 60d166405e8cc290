#include "storage/sqlite/hook_writes.h"

#include <algorithm>

#include "storage/sqlite/meta.h"
#include "storage/sqlite/rows.h"

namespace sloth {
namespace {

std::unexpected<Error> unknown(std::string_view id) {
    return fail_with({Code::not_found, fmt::format("no hook has the id '{}'", id),
                      "`sloth-runner hook list` shows them"});
}

Result<int64_t> next_generation(Database& db) {
    SLOTH_TRY(const int64_t generation, read_meta(db, Meta::hook_generation));
    SLOTH_TRY_VOID(write_meta(db, Meta::hook_generation, generation + 1));
    return generation + 1;
}

Result<std::vector<std::string>> read_types(Database& db, std::string_view id) {
    SLOTH_TRY(Statement select, db.prepare("SELECT event_type FROM hook_event_types WHERE "
                                           "hook_id=? ORDER BY position"));
    select.bind(1, id);
    std::vector<std::string> types;
    for (;;) {
        SLOTH_TRY(const bool row, select.step());
        if (!row) return types;
        types.push_back(select.text(0));
    }
}

Result<void> check_name_is_free(Database& db, const Hook& hook) {
    SLOTH_TRY(Statement taken, db.prepare("SELECT id FROM hooks WHERE name=? AND removed_at IS "
                                          "NULL AND id<>?"));
    SLOTH_TRY(const bool row, taken.bind(1, hook.name).bind(2, hook.id).step());
    if (!row) return {};
    return fail_with({Code::conflict, fmt::format("a hook named '{}' exists already", hook.name),
                      "choose another --name, or use --replace"});
}

// Types that were wanted before keep their `since`, unless all of them are wanted anew.
Result<void> write_types(Database& db, const Hook& hook, int64_t generation, bool anew) {
    if (anew) {
        SLOTH_TRY(Statement reset,
                  db.prepare("UPDATE hook_event_types SET since=? WHERE hook_id=?"));
        SLOTH_TRY_VOID(reset.bind(1, generation).bind(2, hook.id).run());
    }
    SLOTH_TRY(const auto before, read_types(db, hook.id));
    SLOTH_TRY(Statement erase, db.prepare("DELETE FROM hook_event_types WHERE hook_id=? AND "
                                          "event_type=?"));
    for (const std::string& type : before) {
        if (std::ranges::find(hook.event_types, type) == hook.event_types.end()) {
            SLOTH_TRY_VOID(erase.bind(1, hook.id).bind(2, type).run());
        }
    }
    SLOTH_TRY(Statement put,
              db.prepare("INSERT INTO hook_event_types (hook_id, event_type, since, position) "
                         "VALUES (?,?,?,?) ON CONFLICT (hook_id, event_type) DO UPDATE SET "
                         "position=excluded.position"));
    int64_t position = 0;
    for (const std::string& type : hook.event_types) {
        SLOTH_TRY_VOID(
            put.bind(1, hook.id).bind(2, type).bind(3, generation).bind(4, ++position).run());
    }
    return {};
}

Result<void> write_version(Database& db, const Hook& hook, std::string_view source, WallTime at) {
    SLOTH_TRY(Statement put, db.prepare("INSERT INTO hook_versions (hook_id, version, "
                                        "content_hash, source, created_at) VALUES (?,?,?,?,?)"));
    return put.bind(1, hook.id)
        .bind(2, hook.version)
        .bind(3, hook.content_hash)
        .bind(4, source)
        .bind(5, to_micros(at))
        .run();
}

// The columns that `add` and `update` both write, from position 1 on; the id comes last.
Result<void> write_row(Database& db, const Hook& hook, const char* sql) {
    SLOTH_TRY(Statement put, db.prepare(sql));
    return put.bind(1, hook.name)
        .bind_or_null(2, hook.description)
        .bind(3, hook.event_types.front())
        .bind(4, hook.file_path)
        .bind_or_null(5, hook.stack)
        .bind(6, hook.enabled ? 1 : 0)
        .bind(7, to_micros(hook.created_at))
        .bind(8, to_micros(hook.updated_at))
        .bind(9, hook.version)
        .bind(10, hook.content_hash)
        .bind_or_null(11, hook.last_error)
        .bind(12, int64_t(hook.limits.timeout.count()))
        .bind(13, hook.limits.memory)
        .bind(14, hook.limits.output)
        .bind(15, hook.limits.max_effects_in_flight)
        .bind(16, hook.limits.max_concurrency)
        .bind(17, to_string(hook.profile))
        .bind_or_null(18, to_json(hook.permissions))
        .bind(19, hook.id)
        .run();
}

Result<void> check(const Hook& hook) {
    if (hook.event_types.empty()) {
        return fail(Code::invalid, "hook '{}' names no event type", hook.name);
    }
    return {};
}

}  // namespace

Result<Hook> read_living_hook(Database& db, std::string_view id) {
    SLOTH_TRY(Statement select, db.prepare("SELECT " SLOTH_HOOK_COLUMNS
                                           " FROM hooks WHERE id=? AND removed_at IS NULL"));
    SLOTH_TRY(const bool row, select.bind(1, id).step());
    if (!row) return unknown(id);
    Hook hook = read_hook(select);
    SLOTH_TRY(hook.event_types, read_types(db, id));
    return hook;
}

Result<Hook> insert_hook(Database& db, Hook hook, std::string_view source) {
    SLOTH_TRY_VOID(check(hook));
    SLOTH_TRY_VOID(check_name_is_free(db, hook));
    hook.version = 1;
    hook.last_run.reset();
    hook.run_count = 0;
    hook.removed_at.reset();
    SLOTH_TRY_VOID(write_row(db, hook,
                             "INSERT INTO hooks (name, description, event_type, file_path, stack, "
                             "enabled, created_at, updated_at, version, content_hash, last_error, "
                             "timeout_us, memory, output, max_effects_in_flight, "
                             "max_concurrency, profile, permissions, id) "
                             "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
    SLOTH_TRY_VOID(write_version(db, hook, source, hook.created_at));
    SLOTH_TRY(const int64_t generation, next_generation(db));
    SLOTH_TRY_VOID(write_types(db, hook, generation, true));
    return read_living_hook(db, hook.id);
}

Result<Hook> replace_hook(Database& db, Hook hook, std::string_view source) {
    SLOTH_TRY_VOID(check(hook));
    SLOTH_TRY(const Hook before, read_living_hook(db, hook.id));
    SLOTH_TRY_VOID(check_name_is_free(db, hook));
    const bool new_source = hook.content_hash != before.content_hash;
    hook.version = before.version + (new_source ? 1 : 0);
    hook.created_at = before.created_at;
    SLOTH_TRY_VOID(write_row(
        db, hook,
        "UPDATE hooks SET name=?1, description=?2, event_type=?3, file_path=?4, stack=?5, "
        "enabled=?6, created_at=?7, updated_at=?8, version=?9, content_hash=?10, last_error=?11, "
        "timeout_us=?12, memory=?13, output=?14, max_effects_in_flight=?15, max_concurrency=?16, "
        "profile=?17, permissions=?18 WHERE id=?19"));
    SLOTH_TRY_VOID(forget_held(db, hook.id));
    if (new_source) SLOTH_TRY_VOID(write_version(db, hook, source, hook.updated_at));
    // A hook that was off, or saw another stack, was not meant for what was accepted before now.
    const bool anew = hook.stack != before.stack || (hook.enabled && !before.enabled);
    if (new_source || anew || hook.enabled != before.enabled ||
        hook.event_types != before.event_types) {
        SLOTH_TRY(const int64_t generation, next_generation(db));
        SLOTH_TRY_VOID(write_types(db, hook, generation, anew));
    }
    return read_living_hook(db, hook.id);
}

Result<Hook> enable_hook(Database& db, std::string_view id, bool enabled, WallTime now) {
    SLOTH_TRY(Hook hook, read_living_hook(db, id));
    if (hook.enabled == enabled) return hook;
    SLOTH_TRY(Statement update, db.prepare("UPDATE hooks SET enabled=?, updated_at=? WHERE id=?"));
    SLOTH_TRY_VOID(update.bind(1, enabled ? 1 : 0).bind(2, to_micros(now)).bind(3, id).run());
    SLOTH_TRY(const int64_t generation, next_generation(db));
    SLOTH_TRY_VOID(write_types(db, hook, generation, enabled));
    return read_living_hook(db, id);
}

Result<void> write_hook_error(Database& db, std::string_view id, std::string_view error,
                              WallTime now) {
    SLOTH_TRY(Statement update, db.prepare("UPDATE hooks SET last_error=?, updated_at=? WHERE "
                                           "id=? AND removed_at IS NULL"));
    SLOTH_TRY_VOID(update.bind_or_null(1, error).bind(2, to_micros(now)).bind(3, id).run());
    if (db.changes() == 0) return unknown(id);
    return {};
}

Result<void> hold_version(Database& db, const HeldVersion& held, WallTime now) {
    SLOTH_TRY_VOID(write_hook_error(db, held.hook_id, held.why, now));
    SLOTH_TRY(Statement put, db.prepare("INSERT OR REPLACE INTO hook_pending (hook_id, "
                                        "content_hash, source, created_at) VALUES (?,?,?,?)"));
    return put.bind(1, held.hook_id)
        .bind(2, held.content_hash)
        .bind(3, held.source)
        .bind(4, to_micros(now))
        .run();
}

Result<void> forget_held(Database& db, std::string_view id) {
    SLOTH_TRY(Statement erase, db.prepare("DELETE FROM hook_pending WHERE hook_id=?"));
    return erase.bind(1, id).run();
}

Result<void> remove_hook(Database& db, std::string_view id, WallTime now) {
    SLOTH_TRY(Statement update, db.prepare("UPDATE hooks SET removed_at=?, updated_at=? WHERE "
                                           "id=? AND removed_at IS NULL"));
    SLOTH_TRY_VOID(update.bind(1, to_micros(now)).bind(2, to_micros(now)).bind(3, id).run());
    if (db.changes() == 0) return unknown(id);
    SLOTH_TRY_VOID(next_generation(db));
    return {};
}

}  // namespace sloth
