#include "storage/sqlite/event_writes.h"

#include <algorithm>

#include "storage/sqlite/meta.h"

namespace sloth {
namespace {

constexpr size_t kMaxKnownRoots = 10'000;

constexpr const char* kInsert =
    "INSERT INTO events (seq, id, type, data, timestamp, created_at, stack, agent, run_id, source, "
    "ordering_key, root_id, parent_id, depth, hook_generation) "
    "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO NOTHING";

}  // namespace

Result<std::unique_ptr<EventWrites>> EventWrites::open(Database& db) {
    std::unique_ptr<EventWrites> writes(new EventWrites(db));
    SLOTH_TRY_VOID(writes->prepare());
    SLOTH_TRY(const int64_t kept, read_meta(db, Meta::last_seq));
    SLOTH_TRY(Statement max, db.prepare("SELECT max(seq) FROM events"));
    SLOTH_TRY_VOID(max.step());
    writes->last_seq_ = writes->committed_seq_ = std::max(kept, max.integer(0));
    return writes;
}

Result<void> EventWrites::prepare() {
    SLOTH_TRY(insert_, db_.prepare(kInsert));
    SLOTH_TRY(same_by_id_, db_.prepare("SELECT seq, type=?2 AND data=?3 FROM events WHERE id=?1"));
    SLOTH_TRY(same_by_key_,
              db_.prepare("SELECT e.seq, e.type=?3 AND e.data=?4, e.id FROM event_dedup d JOIN "
                          "events e ON e.seq=d.event_seq WHERE d.source=?1 AND d.key=?2"));
    SLOTH_TRY(seq_by_id_, db_.prepare("SELECT seq FROM events WHERE id=?"));
    SLOTH_TRY(put_dedup_, db_.prepare("INSERT OR REPLACE INTO event_dedup (source, key, event_seq, "
                                      "day) VALUES (?,?,?,?)"));
    SLOTH_TRY(count_root_,
              db_.prepare("SELECT count(*) FROM events WHERE root_id=? AND depth > 0"));
    SLOTH_TRY(finish_, db_.prepare("UPDATE events SET status=?, error=?, processed_at=? WHERE "
                                   "seq=? AND status IN ('pending','processing')"));
    SLOTH_TRY(status_, db_.prepare("UPDATE events SET status='processing' WHERE seq=? AND "
                                   "status='pending'"));
    SLOTH_TRY(pending_,
              db_.prepare("UPDATE events SET status='pending', recoveries=0 WHERE seq=? AND "
                          "status IN ('pending','processing')"));
    SLOTH_TRY(recovery_, db_.prepare("UPDATE events SET recoveries=recoveries+1 WHERE seq=?"));
    SLOTH_TRY(get_position_,
              db_.prepare("SELECT epoch, sequence FROM agent_positions WHERE agent=?"));
    SLOTH_TRY(put_position_, db_.prepare("INSERT OR REPLACE INTO agent_positions (agent, epoch, "
                                         "sequence) VALUES (?,?,?)"));
    return {};
}

Result<Result<Appended>> EventWrites::insert(Event& event) {
    if (event.id.empty()) return Result<Appended>(fail(Code::invalid, "the event has no id"));
    if (event.root_id.empty()) event.root_id = event.id;
    if (!event.dedup_key.empty()) {
        SLOTH_TRY(auto known, find_by_dedup_key(event));
        if (known) return std::move(*known);
    }
    if (event.depth > 0) {
        SLOTH_TRY(const bool full, root_is_full(event.root_id));
        if (full) {
            return Result<Appended>(
                fail(Code::exhausted,
                     "event '{}' is cut: the chain of events that began with {} has {} already",
                     event.type, event.root_id, kMaxEventsPerRoot));
        }
    }
    event.seq = last_seq_ + 1;
    SLOTH_TRY(const int64_t rows, insert_row(event));
    if (rows == 0) return same_or_conflict(event);
    ++last_seq_;
    if (!event.dedup_key.empty()) SLOTH_TRY_VOID(insert_dedup(event));
    if (event.depth > 0) ++root_counts_[event.root_id];
    accepted_.push_back(&event);
    return Result<Appended>(Appended{event.seq, event.id, false});
}

Result<int64_t> EventWrites::insert_row(const Event& event) {
    SLOTH_TRY_VOID(insert_.bind(1, event.seq)
                       .bind(2, event.id)
                       .bind(3, event.type)
                       .bind(4, event.data)
                       .bind(5, to_micros(event.timestamp))
                       .bind(6, to_micros(event.created_at))
                       .bind_or_null(7, event.stack)
                       .bind_or_null(8, event.agent)
                       .bind_or_null(9, event.run_id)
                       .bind_or_null(10, event.source)
                       .bind_or_null(11, event.ordering_key)
                       .bind(12, event.root_id)
                       .bind_or_null(13, event.parent_id)
                       .bind(14, event.depth)
                       .bind(15, event.hook_generation)
                       .run());
    return db_.changes();
}

Result<Result<Appended>> EventWrites::same_or_conflict(const Event& event) {
    same_by_id_.bind(1, event.id).bind(2, event.type).bind(3, event.data);
    SLOTH_TRY_VOID(same_by_id_.step());
    const int64_t seq = same_by_id_.integer(0);
    const bool same = same_by_id_.integer(1) != 0;
    same_by_id_.reset();
    if (same) return Result<Appended>(Appended{seq, event.id, true});
    return Result<Appended>(fail(Code::conflict,
                                 "the id '{}' is taken by event #{}, which is a different one",
                                 event.id, seq));
}

Result<std::optional<Result<Appended>>> EventWrites::find_by_dedup_key(const Event& event) {
    same_by_key_.bind(1, event.source)
        .bind(2, event.dedup_key)
        .bind(3, event.type)
        .bind(4, event.data);
    SLOTH_TRY(const bool row, same_by_key_.step());
    if (!row) return std::optional<Result<Appended>>();
    Appended first{same_by_key_.integer(0), same_by_key_.text(2), true};
    const bool same = same_by_key_.integer(1) != 0;
    same_by_key_.reset();
    if (same) return Result<Appended>(std::move(first));
    return Result<Appended>(fail(Code::conflict,
                                 "the key '{}' of source '{}' is taken by event #{}, which is a "
                                 "different one",
                                 event.dedup_key, event.source, first.seq));
}

Result<void> EventWrites::insert_dedup(const Event& event) {
    const auto day = std::chrono::floor<std::chrono::days>(event.created_at);
    return put_dedup_.bind(1, event.source)
        .bind(2, event.dedup_key)
        .bind(3, event.seq)
        .bind(4, int64_t(day.time_since_epoch().count()))
        .run();
}

Result<bool> EventWrites::root_is_full(const std::string& root_id) {
    auto known = root_counts_.find(root_id);
    if (known == root_counts_.end()) {
        if (root_counts_.size() >= kMaxKnownRoots) root_counts_.clear();
        SLOTH_TRY_VOID(count_root_.bind(1, root_id).step());
        known = root_counts_.emplace(root_id, count_root_.integer(0)).first;
        count_root_.reset();
    }
    return known->second >= kMaxEventsPerRoot;
}

Result<EventWrites::Coverage> EventWrites::coverage(size_t events, const AgentPosition& position) {
    SLOTH_TRY(const bool known, get_position_.bind(1, position.agent).step());
    if (!known) return Coverage{};
    const bool same_epoch = get_position_.view(0) == position.epoch;
    const auto stored = uint64_t(get_position_.integer(1));
    get_position_.reset();
    if (!same_epoch) return Coverage{};
    // The entries' sequences are contiguous and end at position.sequence.
    const uint64_t before = position.sequence - std::min<uint64_t>(position.sequence, events);
    const uint64_t covered = stored - std::min(stored, before);
    return Coverage{std::min<size_t>(events, covered), stored < position.sequence};
}

Result<Appended> EventWrites::stored_before(const Event& event) {
    SLOTH_TRY(const bool row, seq_by_id_.bind(1, event.id).step());
    Appended first{row ? seq_by_id_.integer(0) : 0, event.id, true};  // 0: cleaned up since
    seq_by_id_.reset();
    return first;
}

Result<AppendResults> EventWrites::append(std::vector<Event>& events,
                                          const std::optional<AgentPosition>& position) {
    AppendResults results;
    results.reserve(events.size());
    Coverage covered{0, false};
    if (position) {
        SLOTH_TRY(covered, coverage(events.size(), *position));
        for (size_t i = 0; i < covered.events; ++i) {
            SLOTH_TRY(auto first, stored_before(events[i]));
            results.emplace_back(std::move(first));
        }
    }
    for (size_t i = covered.events; i < events.size(); ++i) {
        SLOTH_TRY(auto result, insert(events[i]));
        results.push_back(std::move(result));
    }
    if (covered.advances) {
        SLOTH_TRY_VOID(put_position_.bind(1, position->agent)
                           .bind(2, position->epoch)
                           .bind(3, int64_t(position->sequence))
                           .run());
    }
    return results;
}

Result<void> EventWrites::finish(const EventFinish& finish) {
    return finish_.bind(1, to_string(finish.status))
        .bind_or_null(2, finish.error)
        .bind(3, to_micros(finish.processed_at))
        .bind(4, finish.seq)
        .run();
}

Result<void> EventWrites::set_processing(int64_t seq) { return status_.bind(1, seq).run(); }
Result<void> EventWrites::set_pending(int64_t seq) { return pending_.bind(1, seq).run(); }
Result<void> EventWrites::count_recovery(int64_t seq) { return recovery_.bind(1, seq).run(); }

void EventWrites::committed() {
    committed_seq_ = last_seq_;
    accepted_.clear();
}

void EventWrites::rolled_back() {
    last_seq_ = committed_seq_;
    accepted_.clear();
    root_counts_.clear();
}

}  // namespace sloth
