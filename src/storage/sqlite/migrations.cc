#include "storage/sqlite/migrations.h"

#include <array>

namespace sloth {
namespace {

// Column names and meanings are those of the published schema; what was added stands behind it. All
// times are microseconds since 1970 (UTC). Empty optional columns are NULL.
constexpr const char* kInitial = R"sql(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES
  ('epoch', 0), ('hook_generation', 0), ('clean', 1), ('last_seq', 0), ('last_execution_id', 0);

CREATE TABLE events (
  seq INTEGER PRIMARY KEY,            -- the event's number
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  data TEXT NOT NULL,                 -- a JSON object
  status TEXT DEFAULT 'pending',      -- pending, processing, completed, failed
  error TEXT,
  timestamp INTEGER NOT NULL,         -- when it happened, by the source's clock
  created_at INTEGER NOT NULL,        -- when it was accepted
  processed_at INTEGER,
  stack TEXT,
  agent TEXT,
  run_id TEXT,
  source TEXT,
  ordering_key TEXT,
  root_id TEXT NOT NULL,              -- the first event of the chain
  parent_id TEXT,
  depth INTEGER NOT NULL DEFAULT 0,
  hook_generation INTEGER NOT NULL DEFAULT 0,
  recoveries INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX idx_events_status ON events(status);
CREATE INDEX idx_events_type ON events(type);
CREATE INDEX idx_events_created_at ON events(created_at);
CREATE INDEX idx_events_open ON events(seq) WHERE status IN ('pending', 'processing');
CREATE INDEX idx_events_root ON events(root_id) WHERE depth > 0;

CREATE TABLE event_dedup (
  source TEXT NOT NULL,
  key TEXT NOT NULL,
  event_seq INTEGER NOT NULL,
  day INTEGER NOT NULL,               -- days since 1970, of acceptance
  PRIMARY KEY (source, key)
) WITHOUT ROWID;
CREATE INDEX idx_event_dedup_day ON event_dedup(day);

CREATE TABLE hooks (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,                 -- unique among those not removed
  description TEXT,
  event_type TEXT NOT NULL,           -- the first; all of them are in hook_event_types
  file_path TEXT NOT NULL,
  stack TEXT,
  enabled INTEGER DEFAULT 1,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_run INTEGER,
  run_count INTEGER DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1,
  content_hash TEXT NOT NULL,
  last_error TEXT,
  timeout_us INTEGER NOT NULL,
  memory INTEGER NOT NULL,            -- bytes
  output INTEGER NOT NULL,            -- bytes
  max_effects_in_flight INTEGER NOT NULL,
  removed_at INTEGER
);
CREATE UNIQUE INDEX idx_hooks_name ON hooks(name) WHERE removed_at IS NULL;
CREATE INDEX idx_hooks_event_type ON hooks(event_type);
CREATE INDEX idx_hooks_stack ON hooks(stack);

CREATE TABLE hook_event_types (
  hook_id TEXT NOT NULL REFERENCES hooks(id) ON DELETE CASCADE,
  event_type TEXT NOT NULL,           -- a type or a glob
  since INTEGER NOT NULL,             -- the generation of the hook set from which on it is wanted
  position INTEGER NOT NULL,
  PRIMARY KEY (hook_id, event_type)
) WITHOUT ROWID;

CREATE TABLE hook_versions (
  hook_id TEXT NOT NULL REFERENCES hooks(id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  content_hash TEXT NOT NULL,
  source TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (hook_id, version)
);

CREATE TABLE event_hook_executions (
  id INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL,
  hook_id TEXT NOT NULL,
  hook_name TEXT NOT NULL,
  success INTEGER NOT NULL,           -- 1 for status success, else 0
  output TEXT,
  error TEXT,
  duration_ms INTEGER NOT NULL,
  executed_at INTEGER NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 1,
  delivery_id TEXT,
  status TEXT NOT NULL,               -- success, failed, timeout, interrupted
  hook_version INTEGER NOT NULL DEFAULT 1,
  agent TEXT,
  duration_us INTEGER NOT NULL DEFAULT 0,
  FOREIGN KEY (event_id) REFERENCES events(id) ON DELETE CASCADE,
  FOREIGN KEY (hook_id) REFERENCES hooks(id) ON DELETE CASCADE
);
CREATE INDEX idx_event_hook_executions_event_id ON event_hook_executions(event_id);
CREATE INDEX idx_event_hook_executions_hook_id ON event_hook_executions(hook_id);
CREATE INDEX idx_event_hook_executions_not_success ON event_hook_executions(hook_id, id, status)
  WHERE success = 0;

CREATE TABLE effect_journal (
  delivery_id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  occurrence INTEGER NOT NULL,
  answer TEXT NOT NULL,               -- a JSON array
  PRIMARY KEY (delivery_id, fingerprint, occurrence)
) WITHOUT ROWID;

CREATE TABLE state (
  stack TEXT NOT NULL,                -- '' is the state of hooks without a stack
  key TEXT NOT NULL,
  value TEXT NOT NULL,                -- JSON
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (stack, key)
) WITHOUT ROWID;

CREATE TABLE agents (
  name TEXT PRIMARY KEY,
  address TEXT,
  status TEXT NOT NULL,               -- connected, disconnected, lost
  version TEXT,
  tags TEXT NOT NULL DEFAULT '[]',
  system_info TEXT NOT NULL DEFAULT '{}',
  registered_at INTEGER NOT NULL,
  last_heartbeat INTEGER
);

CREATE TABLE agent_positions (
  agent TEXT PRIMARY KEY,
  epoch TEXT NOT NULL,
  sequence INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

// Limits and permissions of hooks, secrets, state that ends.
constexpr const char* kPermissions = R"sql(
ALTER TABLE hooks ADD COLUMN max_concurrency INTEGER NOT NULL DEFAULT 0;  -- runs at once; 0: no limit
ALTER TABLE hooks ADD COLUMN profile TEXT NOT NULL DEFAULT 'service';     -- service, standard, pure
ALTER TABLE hooks ADD COLUMN permissions TEXT;                            -- a JSON object; NULL: no list
UPDATE hooks SET max_effects_in_flight = 16;  -- nothing has kept the old figure

CREATE TABLE hook_pending (           -- a version that asks for more than was approved
  hook_id TEXT PRIMARY KEY REFERENCES hooks(id) ON DELETE CASCADE,
  content_hash TEXT NOT NULL,
  source TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE secrets (
  stack TEXT NOT NULL,                -- '' is seen by the hooks of every stack
  name TEXT NOT NULL,
  key_id TEXT NOT NULL,               -- of the key that it is sealed with
  value BLOB NOT NULL,                -- nonce and sealed bytes
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (stack, name)
) WITHOUT ROWID;

ALTER TABLE state ADD COLUMN expires_at INTEGER;  -- NULL: never
CREATE INDEX idx_state_expires_at ON state(expires_at) WHERE expires_at IS NOT NULL;
)sql";

constexpr const char* kAgentWatchers = R"sql(
CREATE TABLE agent_watchers (
  agent TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  spec TEXT NOT NULL,                 -- the watcher as JSON
  pending TEXT,                       -- put, remove: the agent has not confirmed it; NULL: it has
  refusal TEXT,                       -- why the agent did not take it
  created_at INTEGER NOT NULL,
  PRIMARY KEY (agent, id)
) WITHOUT ROWID;
)sql";

constexpr std::array<Migration, 3> kMigrations{
    {{1, kInitial}, {2, kPermissions}, {3, kAgentWatchers}}};

Result<bool> is_empty(Database& db) {
    SLOTH_TRY(Statement tables, db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1"));
    SLOTH_TRY(const bool row, tables.step());
    return !row;
}

Result<void> apply(Database& db, const Migration& step) {
    SLOTH_TRY_VOID(db.exec("BEGIN IMMEDIATE"));
    auto done = db.exec(step.sql);
    if (done) done = db.exec(fmt::format("PRAGMA user_version={}", step.version).c_str());
    if (done) done = db.exec("COMMIT");
    if (!done) static_cast<void>(db.exec("ROLLBACK"));  // the step's error is the one to tell
    return done;
}

}  // namespace

std::span<const Migration> master_migrations() { return kMigrations; }

Result<int64_t> schema_version(Database& db) {
    SLOTH_TRY(Statement version, db.prepare("PRAGMA user_version"));
    SLOTH_TRY_VOID(version.step());
    return version.integer(0);
}

Result<void> migrate(Database& db, std::span<const Migration> steps, std::string_view file) {
    SLOTH_TRY(const int64_t version, schema_version(db));
    if (version > steps.back().version) {
        return fail_with({Code::refused,
                          fmt::format("open '{}': its schema is version {}, this program knows up "
                                      "to version {}",
                                      file, version, steps.back().version),
                          "use the newer sloth-runner that wrote it"});
    }
    if (version == 0) {
        SLOTH_TRY(const bool empty, is_empty(db));
        if (!empty) {
            return fail_with({Code::refused,
                              fmt::format("open '{}': it is a database of another program", file),
                              "choose another data folder, or move the file away"});
        }
    }
    for (const Migration& step : steps) {
        if (step.version <= version) continue;
        if (auto done = apply(db, step); !done) {
            Error error = std::move(done).error();
            error.message = fmt::format("bring '{}' from schema {} to {}: {}", file,
                                        step.version - 1, step.version, error.message);
            return fail_with(std::move(error));
        }
    }
    return {};
}

}  // namespace sloth
