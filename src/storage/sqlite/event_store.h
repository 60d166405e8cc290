// EventStore over SQLite: reads on borrowed readers, everything that writes through the one writer.
// Any thread.
#pragma once

#include "ports/event_store.h"
#include "storage/sqlite/held_events.h"
#include "storage/sqlite/readers.h"
#include "storage/sqlite/writer.h"

namespace sloth {

class SqliteEventStore final : public EventStore {
 public:
    SqliteEventStore(Writer& writer, Readers& readers, HeldEvents& held, Epoch epoch)
        : writer_(writer), readers_(readers), held_(held), epoch_(epoch) {}

    void append(std::vector<Event> events, std::optional<AgentPosition> position,
                AppendDone done) override;
    void record(RecordBatch batch, RecordDone done) override;
    void flush(EffectBatch batch, FlushDone done) override;
    Result<std::vector<JournalRow>> journal(std::string_view delivery_id) override;
    void set_ready(ReadyEvents* ready) override { held_.set_ready(ready); }
    Result<std::vector<Event>> claim(size_t limit, Epoch epoch) override;
    Epoch epoch() const override { return epoch_; }
    Result<Event> get(int64_t seq) override;
    Result<Event> find(std::string_view ref) override;
    Result<std::vector<Event>> list(const EventFilter& filter) override;
    Result<EventCounts> counts() override;
    Result<AgentPosition> agent_position(std::string_view agent) override;
    Result<void> erase(int64_t seq) override;
    Result<int64_t> cleanup(WallTime before, bool dry_run) override;

 private:
    Writer& writer_;
    Readers& readers_;
    HeldEvents& held_;
    Epoch epoch_;
};

}  // namespace sloth
