#include "storage/sqlite/watcher_store.h"

#include <algorithm>

#include "domain/event_importance.h"
#include "storage/sqlite/watcher_schema.h"

namespace sloth {
namespace {

constexpr int kCacheKib = 1024;
constexpr int kCheckpointPages = 1000;
constexpr int kMaxDoubts = 100;

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
    SLOTH_TRY_VOID(prepare_watcher_schema(db, path, random));
    std::unique_ptr<SqliteWatcherStore> store(new SqliteWatcherStore(std::move(db)));
    SLOTH_TRY_VOID(store->prepare());
    SLOTH_TRY_VOID(store->prepare_outbox());
    SLOTH_TRY_VOID(store->count());
    return store;
}

Result<void> SqliteWatcherStore::prepare() {
    SLOTH_TRY(save_, db_.prepare("INSERT INTO watchers (id, type, config, enabled, created_at, "
                                 "last_event, since) VALUES (?, ?, ?, ?, ?, ?, ?) "
                                 "ON CONFLICT (id) DO UPDATE SET type = excluded.type, "
                                 "config = excluded.config, enabled = excluded.enabled, "
                                 "created_at = excluded.created_at, "
                                 "last_event = excluded.last_event"));
    SLOTH_TRY(erase_, db_.prepare("DELETE FROM watchers WHERE id = ?"));
    SLOTH_TRY(baseline_, db_.prepare("SELECT baseline FROM watchers WHERE id = ?"));
    SLOTH_TRY(record_, db_.prepare("SELECT since, coalesce(at, last_check, since), sequence, "
                                   "dropped FROM watchers LEFT JOIN watcher_looks "
                                   "ON watcher_id = id WHERE id = ?"));
    SLOTH_TRY(doubts_, db_.prepare("SELECT \"from\", \"to\", reason FROM watcher_doubts "
                                   "WHERE watcher_id = ? ORDER BY number"));
    SLOTH_TRY(observe_, db_.prepare("UPDATE watchers SET sequence = sequence + ?, "
                                    "last_event = coalesce(?, last_event), "
                                    "last_check = coalesce(?, last_check) WHERE id = ?"));
    SLOTH_TRY(set_baseline_, db_.prepare("UPDATE watchers SET baseline = ? WHERE id = ?"));
    SLOTH_TRY(set_look_, db_.prepare("INSERT OR REPLACE INTO watcher_looks (watcher_id, at) "
                                     "SELECT id, ? FROM watchers WHERE id = ?"));
    SLOTH_TRY(add_doubt_, db_.prepare("INSERT INTO watcher_doubts (watcher_id, \"from\", \"to\", "
                                      "reason) VALUES (?, ?, ?, ?)"));
    SLOTH_TRY(trim_doubts_,
              db_.prepare("DELETE FROM watcher_doubts WHERE watcher_id = ?1 AND number <= "
                          "(SELECT number FROM watcher_doubts WHERE watcher_id = ?1 "
                          "ORDER BY number DESC LIMIT 1 OFFSET ?2)"));
    SLOTH_TRY(count_dropped_,
              db_.prepare("UPDATE watchers SET dropped = dropped + ? WHERE id = ?"));
    return {};
}

Result<void> SqliteWatcherStore::prepare_outbox() {
    SLOTH_TRY(add_event_,
              db_.prepare("INSERT INTO outbox (id, type, stack, agent, run_id, source, "
                          "ordering_key, dedup_key, data, timestamp, watcher_id, bytes, important) "
                          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    SLOTH_TRY(unsent_, db_.prepare("SELECT sequence, id, type, stack, agent, run_id, source, "
                                   "ordering_key, dedup_key, data, timestamp, bytes FROM outbox "
                                   "WHERE sequence > ? ORDER BY sequence LIMIT ?"));
    SLOTH_TRY(acknowledge_, db_.prepare("DELETE FROM outbox WHERE sequence <= ? "
                                        "RETURNING bytes, watcher_id"));
    constexpr std::string_view kHead =
        "SELECT sequence, type, watcher_id, bytes, timestamp FROM outbox ORDER BY ";
    SLOTH_TRY(oldest_, db_.prepare(fmt::format("{} sequence LIMIT ?", kHead)));
    SLOTH_TRY(expendable_, db_.prepare(fmt::format("{} important, sequence LIMIT ?", kHead)));
    SLOTH_TRY(drop_, db_.prepare("DELETE FROM outbox WHERE sequence = ? "
                                 "RETURNING bytes, watcher_id"));
    SLOTH_TRY(add_dropped_, db_.prepare("UPDATE outbox_epoch SET dropped = dropped + ?"));
    sqlite3_wal_hook(
        db_.handle(),
        [](void* self, sqlite3*, const char*, int pages) {
            static_cast<SqliteWatcherStore*>(self)->wal_pages_ = pages;
            return SQLITE_OK;
        },
        this);
    return {};
}

Result<void> SqliteWatcherStore::count() {
    SLOTH_TRY(Statement epoch, db_.prepare("SELECT epoch, dropped FROM outbox_epoch"));
    SLOTH_TRY(const bool found, epoch.step());
    if (!found) return fail(Code::corrupt, "open the agent's store: it has lost its epoch");
    epoch_ = epoch.text(0);
    size_.dropped = uint64_t(epoch.integer(1));
    SLOTH_TRY(Statement outbox,
              db_.prepare("SELECT coalesce(watcher_id, ''), count(*), sum(bytes) FROM outbox "
                          "GROUP BY watcher_id"));
    while (true) {
        SLOTH_TRY(const bool row, outbox.step());
        if (!row) return {};
        waiting_[outbox.text(0)] = outbox.integer(1);
        size_.events += size_t(outbox.integer(1));
        size_.bytes += uint64_t(outbox.integer(2));
    }
}

Result<std::vector<WatcherSpec>> SqliteWatcherStore::watchers() {
    SLOTH_TRY(Statement query, db_.prepare("SELECT config, coalesce(at, last_check), last_event "
                                           "FROM watchers LEFT JOIN watcher_looks "
                                           "ON watcher_id = id ORDER BY created_at, id"));
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

Result<void> SqliteWatcherStore::save(const WatcherSpec& spec, WallTime since) {
    WatcherSpec stored = spec;  // what moves with every look has columns of its own
    stored.last_check.reset();
    stored.last_event.reset();
    stored.last_error.clear();
    const std::string config = to_json(stored);
    save_.bind(1, spec.id).bind(2, spec.type).bind(3, config).bind(4, spec.enabled ? 1 : 0);
    save_.bind(5, to_micros(spec.created_at)).bind(7, to_micros(since));
    bind_time(save_, 6, spec.last_event);
    return save_.run();
}

Result<void> SqliteWatcherStore::save_anew(const WatcherSpec& spec, WallTime since) {
    return commit([&](Counted&) -> Result<void> {
        SLOTH_TRY_VOID(save(spec, since));
        set_baseline_.bind_null(1).bind(2, spec.id);
        return set_baseline_.run();
    });
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

Result<WatcherRecord> SqliteWatcherStore::record(std::string_view watcher_id) {
    record_.bind(1, watcher_id);
    SLOTH_TRY(const bool row, record_.step());
    if (!row) return fail(Code::not_found, "no watcher with the id '{}'", watcher_id);
    WatcherRecord record{.id = std::string(watcher_id),
                         .epoch = epoch_,
                         .since = from_micros(record_.integer(0)),
                         .until = from_micros(record_.integer(1)),
                         .sequence = record_.integer(2),
                         .dropped = record_.integer(3)};
    record_.reset();
    if (const auto it = waiting_.find(watcher_id); it != waiting_.end())
        record.waiting = it->second;
    doubts_.bind(1, watcher_id);
    while (true) {
        SLOTH_TRY(const bool more, doubts_.step());
        if (!more) return record;
        record.doubts.push_back(
            {from_micros(doubts_.integer(0)), from_micros(doubts_.integer(1)), doubts_.text(2)});
    }
}

Result<void> SqliteWatcherStore::commit(const std::function<Result<void>(Counted& delta)>& work) {
    SLOTH_TRY_VOID(db_.exec("BEGIN IMMEDIATE"));
    Counted delta;
    Result<void> done = work(delta);
    if (done) done = db_.exec("COMMIT");
    if (!done) {
        if (sqlite3_get_autocommit(db_.handle()) == 0) (void)db_.exec("ROLLBACK");
        return done;
    }
    add(delta);
    checkpoint();
    return {};
}

// The next commit() flushes it too, and until then it may be lost.
Result<void> SqliteWatcherStore::without_flush(
    const std::function<Result<void>(Counted& delta)>& work) {
    SLOTH_TRY_VOID(db_.exec("PRAGMA synchronous=NORMAL"));
    Result<void> done = commit(work);
    SLOTH_TRY_VOID(db_.exec("PRAGMA synchronous=FULL"));
    return done;
}

// What was removed is a number below zero, which unsigned arithmetic takes as well.
void SqliteWatcherStore::add(const Counted& delta) {
    size_.events += delta.size.events;
    size_.bytes += delta.size.bytes;
    size_.dropped += delta.size.dropped;
    for (const auto& [id, by] : delta.waiting) {
        if ((waiting_[id] += by) <= 0) waiting_.erase(id);
    }
}

Result<void> SqliteWatcherStore::store(std::span<const Observation> observations) {
    if (observations.empty()) return {};
    return commit([&](Counted& delta) -> Result<void> {
        for (const Observation& observation : observations) {
            SLOTH_TRY_VOID(put(observation, delta));
        }
        return {};
    });
}

Result<void> SqliteWatcherStore::put(const Observation& observation, Counted& delta) {
    const std::string& id = observation.watcher_id;
    std::optional<WallTime> last;
    for (const Event& event : observation.events) {
        SLOTH_TRY_VOID(add_to_outbox(id, event, delta));
        last = std::max(last.value_or(event.timestamp), event.timestamp);
    }
    if (id.empty()) return {};
    if (!observation.events.empty()) {
        observe_.bind(1, int64_t(observation.events.size())).bind(4, id);
        bind_time(observe_, 2, last);
        bind_time(observe_, 3, observation.looked);
        SLOTH_TRY_VOID(observe_.run());
    }
    if (observation.baseline) {
        set_baseline_.bind_or_null(1, *observation.baseline).bind(2, id);
        SLOTH_TRY_VOID(set_baseline_.run());
    }
    if (observation.looked) SLOTH_TRY_VOID(put_look(id, *observation.looked));
    return put_doubts(observation);
}

Result<void> SqliteWatcherStore::put_look(std::string_view watcher_id, WallTime at) {
    set_look_.bind(1, to_micros(at)).bind(2, watcher_id);
    return set_look_.run();
}

Result<void> SqliteWatcherStore::put_doubts(const Observation& observation) {
    if (observation.doubts.empty()) return {};
    for (const WatcherDoubt& doubt : observation.doubts) {
        add_doubt_.bind(1, observation.watcher_id).bind(2, to_micros(doubt.from));
        add_doubt_.bind(3, to_micros(doubt.to)).bind(4, doubt.reason);
        SLOTH_TRY_VOID(add_doubt_.run());
    }
    trim_doubts_.bind(1, observation.watcher_id).bind(2, kMaxDoubts);
    return trim_doubts_.run();
}

Result<void> SqliteWatcherStore::looked(std::span<const WatcherLook> looks) {
    if (looks.empty()) return {};
    return without_flush([&](Counted&) -> Result<void> {
        for (const WatcherLook& look : looks) SLOTH_TRY_VOID(put_look(look.watcher_id, look.at));
        return {};
    });
}

Result<void> SqliteWatcherStore::add_to_outbox(std::string_view watcher_id, const Event& event,
                                               Counted& delta) {
    const uint64_t bytes = outbox_bytes(event);
    add_event_.bind(1, event.id).bind(2, event.type);
    add_event_.bind_or_null(3, event.stack).bind_or_null(4, event.agent);
    add_event_.bind_or_null(5, event.run_id).bind_or_null(6, event.source);
    add_event_.bind_or_null(7, event.ordering_key).bind_or_null(8, event.dedup_key);
    add_event_.bind(9, event.data).bind(10, to_micros(event.timestamp));
    add_event_.bind_or_null(11, watcher_id).bind(12, int64_t(bytes));
    add_event_.bind(13, is_important(event.type) ? 1 : 0);
    SLOTH_TRY_VOID(add_event_.run());
    ++delta.size.events;
    delta.size.bytes += bytes;
    ++delta.waiting[std::string(watcher_id)];
    return {};
}

Result<std::vector<OutboxEntry>> SqliteWatcherStore::unsent(uint64_t after_sequence, size_t limit,
                                                            uint64_t bytes) {
    unsent_.bind(1, int64_t(after_sequence)).bind(2, int64_t(limit));
    std::vector<OutboxEntry> entries;
    uint64_t sum = 0;
    while (true) {
        SLOTH_TRY(const bool row, unsent_.step());
        if (!row) return entries;
        sum += uint64_t(unsent_.integer(11));
        if (!entries.empty() && sum > bytes) {
            unsent_.reset();
            return entries;
        }
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

Result<void> SqliteWatcherStore::remove(Statement& statement, Counted& delta) {
    while (true) {
        SLOTH_TRY(const bool row, statement.step());
        if (!row) return {};
        --delta.size.events;
        delta.size.bytes -= uint64_t(statement.integer(0));
        --delta.waiting[statement.text(1)];
    }
}

Result<void> SqliteWatcherStore::acknowledge(uint64_t up_to_sequence) {
    return without_flush([&](Counted& delta) {
        acknowledge_.bind(1, int64_t(std::min<uint64_t>(up_to_sequence, INT64_MAX)));
        return remove(acknowledge_, delta);
    });
}

Result<std::vector<OutboxHead>> SqliteWatcherStore::heads(Order order, size_t limit) {
    Statement& query = order == Order::oldest ? oldest_ : expendable_;
    query.bind(1, int64_t(limit));
    std::vector<OutboxHead> heads;
    while (true) {
        SLOTH_TRY(const bool row, query.step());
        if (!row) return heads;
        heads.push_back({.sequence = uint64_t(query.integer(0)),
                         .type = query.text(1),
                         .watcher_id = query.text(2),
                         .bytes = uint64_t(query.integer(3)),
                         .timestamp = from_micros(query.integer(4))});
    }
}

Result<void> SqliteWatcherStore::drop(std::span<const uint64_t> sequences, const Event& said) {
    return commit([&](Counted& delta) -> Result<void> {
        for (const uint64_t sequence : sequences) {
            drop_.bind(1, int64_t(sequence));
            SLOTH_TRY_VOID(remove(drop_, delta));
        }
        for (const auto& [id, by] : delta.waiting) {
            count_dropped_.bind(1, -by).bind(2, id);
            SLOTH_TRY_VOID(count_dropped_.run());
            delta.size.dropped += uint64_t(-by);
        }
        add_dropped_.bind(1, int64_t(delta.size.dropped));
        SLOTH_TRY_VOID(add_dropped_.run());
        return add_to_outbox("", said, delta);
    });
}

void SqliteWatcherStore::checkpoint() {
    if (wal_pages_ < kCheckpointPages) return;
    wal_pages_ = 0;
    sqlite3_wal_checkpoint_v2(db_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

}  // namespace sloth
