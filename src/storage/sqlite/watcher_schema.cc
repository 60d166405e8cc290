#include "storage/sqlite/watcher_schema.h"

#include <string>
#include <vector>

#include "domain/event_importance.h"

namespace sloth {
namespace {

constexpr int64_t kNewest = 2;

// `config` is the watcher as JSON (domain/watcher_spec.h). Sequences are never used twice, also
// when the outbox has been empty.
constexpr const char* kFirst = R"sql(
CREATE TABLE watchers (
    id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    config TEXT NOT NULL,
    enabled INTEGER DEFAULT 1,
    created_at INTEGER NOT NULL,
    last_check INTEGER,
    last_event INTEGER,
    baseline TEXT
);
CREATE INDEX idx_watchers_type ON watchers(type);
CREATE INDEX idx_watchers_enabled ON watchers(enabled);
CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    stack TEXT,
    agent TEXT,
    run_id TEXT,
    source TEXT,
    ordering_key TEXT,
    dedup_key TEXT,
    data TEXT NOT NULL,
    timestamp INTEGER NOT NULL
);
CREATE TABLE outbox_epoch (epoch TEXT NOT NULL);
PRAGMA user_version = 1;
)sql";

// The record of each watcher: `sequence` of the last event that it told, `dropped` of them by a
// full outbox, `since` when the numbering began. When it last looked stands by itself, so that the
// baseline, which may be large, need not be written with every look. What was in the outbox before
// has no numbers, so they begin behind it.
constexpr const char* kRecords = R"sql(
ALTER TABLE watchers ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE watchers ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE watchers ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
UPDATE watchers SET since = max(created_at, coalesce(last_event, 0));
CREATE TABLE watcher_looks (
    watcher_id TEXT PRIMARY KEY REFERENCES watchers(id) ON DELETE CASCADE,
    at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE watcher_doubts (
    number INTEGER PRIMARY KEY,
    watcher_id TEXT NOT NULL REFERENCES watchers(id) ON DELETE CASCADE,
    "from" INTEGER NOT NULL,
    "to" INTEGER NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX idx_watcher_doubts ON watcher_doubts(watcher_id, number);
ALTER TABLE outbox ADD COLUMN watcher_id TEXT;
ALTER TABLE outbox ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN important INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET
    watcher_id = CASE WHEN json_valid(data) THEN json_extract(data, '$.watcher_id') END,
    bytes = length(CAST(id || type || coalesce(stack, '') || coalesce(agent, '') ||
                        coalesce(run_id, '') || coalesce(source, '') ||
                        coalesce(ordering_key, '') || coalesce(dedup_key, '') || data AS BLOB));
CREATE INDEX idx_outbox_expendable ON outbox(important, sequence);
ALTER TABLE outbox_epoch ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = 2;
)sql";

Result<int64_t> user_version(Database& db) {
    SLOTH_TRY(Statement query, db.prepare("PRAGMA user_version"));
    SLOTH_TRY_VOID(query.step());
    return query.integer(0);
}

// What SQL cannot tell of the events that are waiting.
Result<void> mark_important(Database& db) {
    SLOTH_TRY(Statement types, db.prepare("SELECT DISTINCT type FROM outbox"));
    std::vector<std::string> important;
    while (true) {
        SLOTH_TRY(const bool row, types.step());
        if (!row) break;
        if (is_important(types.view(0))) important.push_back(types.text(0));
    }
    SLOTH_TRY(Statement mark, db.prepare("UPDATE outbox SET important = 1 WHERE type = ?"));
    for (const std::string& type : important) {
        mark.bind(1, type);
        SLOTH_TRY_VOID(mark.run());
    }
    return {};
}

Result<void> advance(Database& db, int64_t schema, Random& random) {
    if (schema == 0) {
        SLOTH_TRY_VOID(db.exec(kFirst));
        const std::string epoch =
            fmt::format("INSERT INTO outbox_epoch (epoch) VALUES ('{:016x}{:016x}')", random.next(),
                        random.next());
        SLOTH_TRY_VOID(db.exec(epoch.c_str()));
    }
    SLOTH_TRY_VOID(db.exec(kRecords));
    return mark_important(db);
}

}  // namespace

Result<void> prepare_watcher_schema(Database& db, const std::filesystem::path& path,
                                    Random& random) {
    SLOTH_TRY(const int64_t schema, user_version(db));
    if (schema == kNewest) return {};
    if (schema < 0 || schema > kNewest) {
        return fail_with({Code::conflict,
                          fmt::format("open '{}': its schema is version {}, this program knows up "
                                      "to version {}",
                                      path.string(), schema, kNewest),
                          "use the version of sloth-runner that wrote the file"});
    }
    SLOTH_TRY_VOID(db.exec("BEGIN IMMEDIATE"));
    Result<void> done = advance(db, schema, random);
    if (done) done = db.exec("COMMIT");
    if (!done && sqlite3_get_autocommit(db.handle()) == 0) (void)db.exec("ROLLBACK");
    return done;
}

}  // namespace sloth
