#include "storage/sqlite/watcher_store.h"

#include <algorithm>

namespace sloth {
namespace {

constexpr int64_t kSchema = 1;
constexpr int kCacheKib = 1024;
constexpr int kCheckpointPages = 1000;

// `config` is the watcher as JSON (domain/watcher_spec.h). Sequences are never used twice, also
// when the outbox has been empty.
constexpr const char* kCreate = R"sql(
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

Result<int64_t> user_version(Database& db) {
    SLOTH_TRY(Statement query, db.prepare("PRAGMA user_version"));
    SLOTH_TRY_VOID(query.step());
    return query.integer(0);
}

std::optional<WallTime> time_of(const Statement& row, int column) {
    if (row.is_null(column)) return {};
    return from_micros(row.integer(column));
}

void bind_time(Statement& statement, int at, const std::optional<WallTime>& time) {
    time ? statement.bind(at, to_micros(*time)) : statement.bind_null(at);
}

}  // namespace

Result<std::unique_ptr<SqliteWatcherStore>> SqliteWatcherStore::open(
    const std::filesystem::path& path, Random& random) {
    SLOTH_TRY(Database db, Database::open(path, Database::Mode::read_write, kCacheKib));
    SLOTH_TRY(const int64_t schema, user_version(db));
    if (schema != 0 && schema != kSchema) {
        return fail_with({Code::conflict,
                          fmt::format("open '{}': its schema is version {}, this program knows {}",
                                      path.string(), schema, kSchema),
                          "use the version of sloth-runner that wrote the file"});
    }
    std::unique_ptr<SqliteWatcherStore> store(new SqliteWatcherStore(std::move(db)));
    if (schema == 0) SLOTH_TRY_VOID(store->begin_life(random));
    SLOTH_TRY_VOID(store->prepare());
    return store;
}

Result<void> SqliteWatcherStore::begin_life(Random& random) {
    const std::string setup = fmt::format(
        "BEGIN IMMEDIATE; {} INSERT INTO outbox_epoch VALUES ('{:016x}{:016x}'); COMMIT", kCreate,
        random.next(), random.next());
    Result<void> created = db_.exec(setup.c_str());
    if (!created && sqlite3_get_autocommit(db_.handle()) == 0) (void)db_.exec("ROLLBACK");
    return created;
}

Result<void> SqliteWatcherStore::prepare() {
    SLOTH_TRY(save_, db_.prepare("INSERT INTO watchers (id, type, config, enabled, created_at, "
                                 "last_check, last_event) VALUES (?, ?, ?, ?, ?, ?, ?) "
                                 "ON CONFLICT (id) DO UPDATE SET type = excluded.type, "
                                 "config = excluded.config, enabled = excluded.enabled, "
                                 "last_check = excluded.last_check, "
                                 "last_event = excluded.last_event"));
    SLOTH_TRY(erase_, db_.prepare("DELETE FROM watchers WHERE id = ?"));
    SLOTH_TRY(baseline_, db_.prepare("SELECT baseline FROM watchers WHERE id = ?"));
    SLOTH_TRY(set_baseline_,
              db_.prepare("UPDATE watchers SET baseline = ?, last_event = coalesce(?, last_event), "
                          "last_check = coalesce(?, last_check) WHERE id = ?"));
    SLOTH_TRY(add_event_, db_.prepare("INSERT INTO outbox (id, type, stack, agent, run_id, source, "
                                      "ordering_key, dedup_key, data, timestamp) "
                                      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    SLOTH_TRY(unsent_, db_.prepare("SELECT sequence, id, type, stack, agent, run_id, source, "
                                   "ordering_key, dedup_key, data, timestamp FROM outbox "
                                   "WHERE sequence > ? ORDER BY sequence LIMIT ?"));
    SLOTH_TRY(acknowledge_, db_.prepare("DELETE FROM outbox WHERE sequence <= ?"));
    SLOTH_TRY(Statement query, db_.prepare("SELECT epoch, (SELECT count(*) FROM outbox) "
                                           "FROM outbox_epoch"));
    SLOTH_TRY(const bool found, query.step());
    if (!found) return fail(Code::corrupt, "open the agent's store: it has lost its epoch");
    epoch_ = query.text(0);
    outbox_size_ = size_t(query.integer(1));
    sqlite3_wal_hook(
        db_.handle(),
        [](void* self, sqlite3*, const char*, int pages) {
            static_cast<SqliteWatcherStore*>(self)->wal_pages_ = pages;
            return SQLITE_OK;
        },
        this);
    return {};
}

Result<std::vector<WatcherSpec>> SqliteWatcherStore::watchers() {
    SLOTH_TRY(Statement query, db_.prepare("SELECT config, last_check, last_event FROM watchers "
                                           "ORDER BY created_at, id"));
    std::vector<WatcherSpec> specs;
    while (true) {
        SLOTH_TRY(const bool row, query.step());
        if (!row) return specs;
        SLOTH_TRY(WatcherSpec spec, parse_watcher_spec(query.view(0)));
        spec.last_check = time_of(query, 1);
        spec.last_event = time_of(query, 2);
        specs.push_back(std::move(spec));
    }
}

Result<void> SqliteWatcherStore::save(const WatcherSpec& spec) {
    WatcherSpec stored = spec;  // what moves with every look has columns of its own
    stored.last_check.reset();
    stored.last_event.reset();
    stored.last_error.clear();
    const std::string config = to_json(stored);
    save_.bind(1, spec.id).bind(2, spec.type).bind(3, config).bind(4, spec.enabled ? 1 : 0);
    save_.bind(5, to_micros(spec.created_at));
    bind_time(save_, 6, spec.last_check);
    bind_time(save_, 7, spec.last_event);
    return save_.run();
}

Result<void> SqliteWatcherStore::erase(std::string_view id) {
    erase_.bind(1, id);
    SLOTH_TRY_VOID(erase_.run());
    if (db_.changes() == 0) return fail(Code::not_found, "no watcher with the id '{}'", id);
    return {};
}

Result<std::optional<std::string>> SqliteWatcherStore::baseline(std::string_view watcher_id) {
    baseline_.bind(1, watcher_id);
    SLOTH_TRY(const bool row, baseline_.step());
    std::optional<std::string> text;
    if (row && !baseline_.is_null(0)) text = baseline_.text(0);
    if (row) baseline_.reset();
    return text;
}

Result<void> SqliteWatcherStore::store(std::span<const Observation> observations) {
    if (observations.empty()) return {};
    SLOTH_TRY_VOID(db_.exec("BEGIN IMMEDIATE"));
    Result<void> done;
    size_t added = 0;
    for (const Observation& observation : observations) {
        done = put(observation);
        if (!done) break;
        added += observation.events.size();
    }
    if (done) done = db_.exec("COMMIT");
    if (!done) {
        if (sqlite3_get_autocommit(db_.handle()) == 0) (void)db_.exec("ROLLBACK");
        return done;
    }
    outbox_size_ += added;
    checkpoint();
    return {};
}

Result<void> SqliteWatcherStore::put(const Observation& observation) {
    std::optional<WallTime> last;
    for (const Event& event : observation.events) {
        SLOTH_TRY_VOID(add_to_outbox(event));
        last = std::max(last.value_or(event.timestamp), event.timestamp);
    }
    if (observation.watcher_id.empty()) return {};
    set_baseline_.bind_or_null(1, observation.baseline).bind(4, observation.watcher_id);
    bind_time(set_baseline_, 2, last);
    bind_time(set_baseline_, 3, last);
    return set_baseline_.run();
}

Result<void> SqliteWatcherStore::add_to_outbox(const Event& event) {
    add_event_.bind(1, event.id).bind(2, event.type);
    add_event_.bind_or_null(3, event.stack).bind_or_null(4, event.agent);
    add_event_.bind_or_null(5, event.run_id).bind_or_null(6, event.source);
    add_event_.bind_or_null(7, event.ordering_key).bind_or_null(8, event.dedup_key);
    add_event_.bind(9, event.data).bind(10, to_micros(event.timestamp));
    return add_event_.run();
}

Result<std::vector<OutboxEntry>> SqliteWatcherStore::unsent(uint64_t after_sequence, size_t limit) {
    unsent_.bind(1, int64_t(after_sequence)).bind(2, int64_t(limit));
    std::vector<OutboxEntry> entries;
    while (true) {
        SLOTH_TRY(const bool row, unsent_.step());
        if (!row) return entries;
        OutboxEntry& entry = entries.emplace_back();
        entry.sequence = uint64_t(unsent_.integer(0));
        entry.event = {.id = unsent_.text(1),
                       .type = unsent_.text(2),
                       .stack = unsent_.text(3),
                       .agent = unsent_.text(4),
                       .run_id = unsent_.text(5),
                       .source = unsent_.text(6),
                       .ordering_key = unsent_.text(7),
                       .dedup_key = unsent_.text(8),
                       .data = unsent_.text(9),
                       .timestamp = from_micros(unsent_.integer(10))};
    }
}

Result<void> SqliteWatcherStore::acknowledge(uint64_t up_to_sequence) {
    // Without a flush of its own: the next store() flushes it too, and until then it may be lost.
    SLOTH_TRY_VOID(db_.exec("PRAGMA synchronous=NORMAL"));
    acknowledge_.bind(1, int64_t(std::min<uint64_t>(up_to_sequence, INT64_MAX)));
    const Result<void> done = acknowledge_.run();
    const int64_t removed = done ? db_.changes() : 0;
    SLOTH_TRY_VOID(db_.exec("PRAGMA synchronous=FULL"));
    if (!done) return done;
    outbox_size_ -= std::min(outbox_size_, size_t(removed));
    checkpoint();
    return {};
}

void SqliteWatcherStore::checkpoint() {
    if (wal_pages_ < kCheckpointPages) return;
    wal_pages_ = 0;
    sqlite3_wal_checkpoint_v2(db_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

}  // namespace sloth
