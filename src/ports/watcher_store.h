// The agent's own disk: its watchers, what each last saw, and the outbox of events that the master
// has not stored yet. One file, one owner thread: not shareable. Adapter:
// storage/sqlite/watcher_store (agent.db).
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
#include "domain/watcher_spec.h"

namespace sloth {

struct OutboxEntry {
    uint64_t sequence = 0;  // 1, 2, 3, ... within the epoch
    Event event;
};

// What a watcher noticed and how it now sees its target: one commit, so that a crash neither loses
// nor repeats it.
struct Observation {
    std::string watcher_id;  // "": the agent's own events, of no watcher
    std::string baseline;    // JSON, the watcher's own; "" is none any more
    std::vector<Event> events;
};

class WatcherStore {
 public:
    virtual ~WatcherStore() = default;

    virtual Result<std::vector<WatcherSpec>> watchers() = 0;
    virtual Result<void> save(const WatcherSpec& spec) = 0;
    virtual Result<void> erase(std::string_view id) = 0;
    virtual Result<std::optional<std::string>> baseline(std::string_view watcher_id) = 0;

    // Durable when it returns. Gives the events the next sequences.
    virtual Result<void> store(std::span<const Observation> observations) = 0;

    virtual const std::string& epoch() const = 0;  // made with the file; a lost file is a new epoch
    virtual Result<std::vector<OutboxEntry>> unsent(uint64_t after_sequence, size_t limit) = 0;
    virtual Result<void> acknowledge(uint64_t up_to_sequence) = 0;
    virtual Result<size_t> outbox_size() = 0;
};

}  // namespace sloth
