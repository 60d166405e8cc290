// The durable queue of events and the record of what was done about them. Adapters: storage/sqlite,
// later storage/postgres; each must pass tests/contract/event_store_contract.h.
//
// Any thread may call any method. `append` and `record` return at once and call `done` on the
// store's own thread when the outcome is known; `done` must be short and must not call back into
// the store synchronously. Calls that wait at the same moment share one transaction and one flush.
// The rest block for the length of a read or of one commit.
//
// Durability: a success means on disk. Code::exhausted (no room) means nothing of the call is
// stored, and a later call may succeed. After a failed flush every write fails with Code::corrupt
// until the process starts anew.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/event.h"
#include "domain/execution.h"
#include "ports/effects.h"
#include "ports/event_filter.h"

namespace sloth {

// Names one life of an owner of events (a master process). An epoch ends with its owner.
using Epoch = int64_t;

struct Appended {
    int64_t seq = 0;
    std::string id;          // of the stored event: for a duplicate that of the first one
    bool duplicate = false;  // stored before, with the same content; nothing was added

    bool operator==(const Appended&) const = default;
};

// One per event, in order. A single one fails with Code::conflict (its id is taken by a different
// event) or Code::exhausted (more than kMaxEventsPerRoot under its root) without harm to the
// others.
using AppendResults = std::vector<Result<Appended>>;
using AppendDone = std::move_only_function<void(Result<AppendResults>)>;

// Where a batch from an agent stands in that agent's outbox: events up to `sequence` of `epoch`.
struct AgentPosition {
    std::string agent;
    std::string epoch;
    uint64_t sequence = 0;

    bool operator==(const AgentPosition&) const = default;
};

// Takes committed events for immediate work. Called on the store's thread, in acceptance order.
// Returns how many it took from the front (moved out); those are held by the current epoch, the
// others wait for `claim`.
class ReadyEvents {
 public:
    virtual ~ReadyEvents() = default;
    virtual size_t offer(std::span<Event> events) = 0;
};

struct EventFinish {
    int64_t seq = 0;
    EventStatus status = EventStatus::completed;  // a final one
    std::string error;
    WallTime processed_at{};
};

// What one run left. `last` ends the delivery: its journal is dropped.
struct RunRecord {
    Execution execution;
    EffectBatch effects;
    bool last = true;
};

struct RecordBatch {
    std::vector<RunRecord> runs;
    std::vector<EventFinish> finished;
    std::vector<int64_t> processing;  // shown as such from now on (older than a second)
    std::vector<int64_t> released;    // handed back: pending, held by nobody, recoveries 0
    std::vector<int64_t> recovered;   // recoveries + 1, before a recovered event runs again
};

// Gives the batch back: after Code::exhausted the caller tries it again.
using RecordDone = std::move_only_function<void(Result<void>, RecordBatch)>;

class EventStore {
 public:
    virtual ~EventStore() = default;

    // Stores all of `events` or, if the call fails, none. Gives each its seq. An id (or source and
    // dedup_key) stored before with the same type and data is a duplicate, with different ones a
    // conflict. With a `position`, it is stored in the same transaction, and a batch at or before
    // the stored position adds nothing (all duplicates). `on_commit` of dispatched children works
    // the same: see record().
    virtual void append(std::vector<Event> events, std::optional<AgentPosition> position,
                        AppendDone done) = 0;

    // Stores runs with their effects, then the rest. One transaction for the whole batch.
    // Dispatched events are appended and offered to the ReadyEvents as by append(). Hook counters
    // (last_run, run_count) follow the runs.
    virtual void record(RecordBatch batch, RecordDone done) = 0;

    // Makes effects durable in mid-run. Answers one JSON array of returned values per effect, in
    // order. A call whose key is journalled already is not applied again: its recorded answer is
    // returned.
    using FlushDone = std::move_only_function<void(Result<std::vector<std::string>>)>;
    virtual void flush(EffectBatch batch, FlushDone done) = 0;
    virtual Result<std::vector<JournalRow>> journal(std::string_view delivery_id) = 0;

    // Where committed events go first; null (the start) means nowhere: nobody works here.
    virtual void set_ready(ReadyEvents* ready) = 0;

    // Takes up to `limit` open events that nobody in `epoch` holds, in acceptance order. One
    // recovery path: overflow, crash, restart, drain. What an epoch held is open again when it
    // ends.
    virtual Result<std::vector<Event>> claim(size_t limit, Epoch epoch) = 0;
    virtual Epoch epoch() const = 0;

    virtual Result<Event> get(int64_t seq) = 0;
    // By number ("48213", "#48213"), id, or unique prefix of an id; Code::not_found, or
    // Code::conflict with candidates.
    virtual Result<Event> find(std::string_view ref) = 0;
    virtual Result<std::vector<Event>> list(const EventFilter& filter) = 0;
    virtual Result<EventCounts> counts() = 0;
    virtual Result<AgentPosition> agent_position(
        std::string_view agent) = 0;  // sequence 0, epoch "": none yet

    // Only events in a final state go; Code::refused for an open one.
    virtual Result<void> erase(int64_t seq) = 0;
    // Counts (dry_run) or deletes final events created before `before`, in slices so that writers
    // never wait long.
    virtual Result<int64_t> cleanup(WallTime before, bool dry_run) = 0;
};

}  // namespace sloth
