// The agent's own disk: its watchers, what each last saw and is not sure of, and the outbox of
// events that the master has not stored yet. One file, one owner thread: not shareable. Adapter:
// storage/sqlite/watcher_store (agent.db); contract: tests/contract/watcher_store_contract_test.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "domain/event.h"
#include "domain/watcher_record.h"
#include "domain/watcher_spec.h"

namespace sloth {

struct OutboxEntry {
    uint64_t sequence = 0;  // 1, 2, 3, ... within the epoch
    Event event;
};

// What a watcher noticed and how it now sees its target: one commit, so that a crash neither loses
// nor repeats it.
struct Observation {
    std::string watcher_id;               // "": the agent's own events, of no watcher
    std::optional<std::string> baseline;  // JSON, the watcher's own; "" is none any more, and
                                          // without one the stored one stays
    std::vector<Event> events;            // numbered by the caller, on from the record's sequence
    std::optional<WallTime> looked = {};  // the look that this is of
    std::vector<WatcherDoubt> doubts = {};
};

struct WatcherLook {
    std::string watcher_id;
    WallTime at{};
};

struct OutboxSize {
    size_t events = 0;
    uint64_t bytes = 0;    // by outbox_bytes()
    uint64_t dropped = 0;  // given up since the epoch began

    bool operator==(const OutboxSize&) const = default;
};

// An entry without what makes it large.
struct OutboxHead {
    uint64_t sequence = 0;
    std::string type;
    std::string watcher_id;  // "" if it is the agent's own
    uint64_t bytes = 0;
    WallTime timestamp{};

    bool operator==(const OutboxHead&) const = default;
};

// What an event counts for: its texts. What a file needs beyond them is not counted.
inline uint64_t outbox_bytes(const Event& event) {
    return event.id.size() + event.type.size() + event.stack.size() + event.agent.size() +
           event.run_id.size() + event.source.size() + event.ordering_key.size() +
           event.dedup_key.size() + event.data.size();
}

class WatcherStore {
 public:
    enum class Order : uint8_t {
        oldest,      // as they will be sent
        expendable,  // the unimportant (domain/event_importance.h) first, of each the oldest first
    };

    virtual ~WatcherStore() = default;

    virtual Result<std::vector<WatcherSpec>> watchers() = 0;
    // A new one is numbered from `since` on.
    virtual Result<void> save(const WatcherSpec& spec, WallTime since) = 0;
    // The same, and what it saw last is forgotten: one commit.
    virtual Result<void> save_anew(const WatcherSpec& spec, WallTime since) = 0;
    virtual Result<void> erase(std::string_view id) = 0;
    virtual Result<std::optional<std::string>> baseline(std::string_view watcher_id) = 0;
    // Code::not_found.
    virtual Result<WatcherRecord> record(std::string_view watcher_id) = 0;

    // Durable when it returns, all or nothing. Gives the events the next sequences of the outbox.
    virtual Result<void> store(std::span<const Observation> observations) = 0;
    // Watchers looked, and nothing was new. May be lost with the machine's power, not with the
    // process.
    virtual Result<void> looked(std::span<const WatcherLook> looks) = 0;

    virtual const std::string& epoch() const = 0;  // made with the file; a lost file is a new epoch
    // As many as fit into `bytes`, but at least one.
    virtual Result<std::vector<OutboxEntry>> unsent(uint64_t after_sequence, size_t limit,
                                                    uint64_t bytes) = 0;
    virtual Result<void> acknowledge(uint64_t up_to_sequence) = 0;

    virtual OutboxSize outbox_size() const = 0;
    virtual Result<std::vector<OutboxHead>> heads(Order order, size_t limit) = 0;
    // These are given up, which counts in their watchers' records, and `said` says so: one commit.
    // Those that are not there (any more) do not matter.
    virtual Result<void> drop(std::span<const uint64_t> sequences, const Event& said) = 0;
};

}  // namespace sloth
