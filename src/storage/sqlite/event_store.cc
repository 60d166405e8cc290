#include "storage/sqlite/event_store.h"

#include "storage/sqlite/event_ops.h"
#include "storage/sqlite/event_queries.h"
#include "storage/sqlite/retention.h"

namespace sloth {

void SqliteEventStore::append(std::vector<Event> events, std::optional<AgentPosition> position,
                              AppendDone done) {
    writer_.submit(
        std::make_unique<AppendOp>(std::move(events), std::move(position), std::move(done)));
}

void SqliteEventStore::record(RecordBatch batch, RecordDone done) {
    writer_.submit(std::make_unique<RecordOp>(std::move(batch), std::move(done)));
}

void SqliteEventStore::flush(EffectBatch batch, FlushDone done) {
    writer_.submit(std::make_unique<FlushOp>(std::move(batch), std::move(done)));
}

Result<std::vector<JournalRow>> SqliteEventStore::journal(std::string_view delivery_id) {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(Statement * select,
              reader->statement("SELECT fingerprint, occurrence, answer FROM effect_journal WHERE "
                                "delivery_id=? ORDER BY fingerprint, occurrence"));
    select->bind(1, delivery_id);
    std::vector<JournalRow> rows;
    for (;;) {
        SLOTH_TRY(const bool row, select->step());
        if (!row) return rows;
        rows.push_back({{select->text(0), uint32_t(select->integer(1))}, select->text(2)});
    }
}

Result<std::vector<Event>> SqliteEventStore::claim(size_t limit, Epoch epoch) {
    if (epoch != epoch_) {
        return fail(Code::refused, "claim events for epoch {}: it is over, this is epoch {}", epoch,
                    epoch_);
    }
    SLOTH_TRY(auto reader, readers_.borrow());
    return claim_events(*reader, held_, limit);
}

Result<Event> SqliteEventStore::get(int64_t seq) {
    SLOTH_TRY(auto reader, readers_.borrow());
    return get_event(*reader, seq);
}

Result<Event> SqliteEventStore::find(std::string_view ref) {
    SLOTH_TRY(auto reader, readers_.borrow());
    return find_event(*reader, ref);
}

Result<std::vector<Event>> SqliteEventStore::list(const EventFilter& filter) {
    SLOTH_TRY(auto reader, readers_.borrow());
    return list_events(*reader, filter);
}

Result<EventCounts> SqliteEventStore::counts() {
    SLOTH_TRY(auto reader, readers_.borrow());
    return count_events(*reader);
}

Result<AgentPosition> SqliteEventStore::agent_position(std::string_view agent) {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(Statement * select,
              reader->statement("SELECT epoch, sequence FROM agent_positions WHERE agent=?"));
    SLOTH_TRY(const bool row, select->bind(1, agent).step());
    if (!row) return AgentPosition{std::string(agent), "", 0};
    return AgentPosition{std::string(agent), select->text(0), uint64_t(select->integer(1))};
}

Result<void> SqliteEventStore::erase(int64_t seq) {
    return writer_.run([seq](WriteGroup& group) { return erase_event(group, seq); });
}

Result<int64_t> SqliteEventStore::cleanup(WallTime before, bool dry_run) {
    if (dry_run) {
        SLOTH_TRY(auto reader, readers_.borrow());
        return count_old_events(*reader, before);
    }
    return delete_old_events(writer_, before);
}

}  // namespace sloth
