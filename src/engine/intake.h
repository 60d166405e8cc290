// The front door: every event of every source enters here. Validates, stamps id, times, generation
// and causality, and hands it to the store; the source is told "accepted" only when the store says
// that it is on disk.
//
// Any thread may call submit(); `done` comes on the caller's thread (nothing to store) or the
// store's.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/uuid.h"
#include "ports/clock.h"
#include "ports/event_store.h"
#include "ports/random.h"

namespace sloth {

class Intake {
 public:
    struct Options {
        // Events on their way to the disk at once. Beyond it a source is refused (Code::exhausted)
        // rather than the memory filled: at 1 KiB an event this is some 50 MB.
        size_t max_pending = 50'000;
    };

    Intake(EventStore& store, Clock& clock, Random& random, std::function<int64_t()> generation,
           Options options);

    // One result per event, in order; a bad event is refused alone. `events` need a type; an id,
    // timestamp and cause (root_id, parent_id, depth) are kept if given.
    using Done = std::move_only_function<void(Result<AppendResults>)>;
    void submit(std::vector<Event> events, std::optional<AgentPosition> position, Done done);

    // submit() and wait. Not on the store's thread.
    Result<Appended> submit_one(Event event);

    // Refuses everything from now on.
    void close() { closed_ = true; }

    int64_t accepted() const { return accepted_; }

 private:
    Result<void> prepare(Event& event, WallTime now);

    EventStore& store_;
    Clock& clock_;
    std::function<int64_t()> generation_;
    const Options options_;
    Guarded<UuidGenerator> ids_;
    std::atomic<size_t> pending_ = 0;
    std::atomic<int64_t> accepted_ = 0;
    std::atomic<bool> closed_ = false;
};

// "root_id/parent_id/depth", as SLOTH_CAUSE carries it into commands that hooks start. A malformed
// one is no cause.
void apply_cause(std::string_view cause, Event& event);

}  // namespace sloth
