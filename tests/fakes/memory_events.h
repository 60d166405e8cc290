// EventStore in memory. Any thread.
#pragma once

#include "ports/event_store.h"
#include "tests/fakes/memory_core.h"

namespace sloth {

class MemoryEvents final : public EventStore {
 public:
    explicit MemoryEvents(MemoryCore& core) : core_(core) {}

    void append(std::vector<Event> events, std::optional<AgentPosition> position,
                AppendDone done) override;
    void record(RecordBatch batch, RecordDone done) override;
    void flush(EffectBatch batch, FlushDone done) override;
    Result<std::vector<JournalRow>> journal(std::string_view delivery_id) override;
    void set_ready(ReadyEvents* ready) override;
    Result<std::vector<Event>> claim(size_t limit, Epoch epoch) override;
    Epoch epoch() const override;
    Result<Event> get(int64_t seq) override;
    Result<Event> find(std::string_view ref) override;
    Result<std::vector<Event>> list(const EventFilter& filter) override;
    Result<EventCounts> counts() override;
    Result<AgentPosition> agent_position(std::string_view agent) override;
    Result<void> erase(int64_t seq) override;
    Result<int64_t> cleanup(WallTime before, bool dry_run) override;

 private:
    MemoryCore& core_;
};

}  // namespace sloth
