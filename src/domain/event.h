// An Event is a fact: something happened, at this time, with this data. Events are values; once one
// has been accepted by the store only its status, error, processed_at and recoveries may change.
// Source of the fields: the hooks-and-events specification, "Event Data Structure", and its table
// `events`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sloth {

// Spelled the same here, in the `events.status` column, in JSON and in the CLI.
enum class EventStatus : uint8_t { pending, processing, completed, failed };

std::string_view to_string(EventStatus status);
Result<EventStatus> parse_event_status(std::string_view text);
inline bool is_final(EventStatus status) { return status >= EventStatus::completed; }

// A chain of hooks that cause events is cut at this depth, and a tree of them at this many events.
constexpr int kMaxDepth = 16;
constexpr int64_t kMaxEventsPerRoot = 10'000;
constexpr size_t kMaxEventBytes = 1 << 20;  // `data`, as JSON text

struct Event {
    int64_t seq = 0;     // the event's number, given by the store; people type it: #48213
    std::string id;      // UUIDv7, or what the source gave
    std::string type;    // "task.failed"; known ones are in event_catalogue.h
    std::string stack;   // "" means none: seen only by hooks that name no stack
    std::string agent;   // "" means the master itself
    std::string run_id;  // the workflow run that it belongs to, if any
    std::string source;  // who made it: "cli", "agent:web-01", "hook:NAME", ...
    std::string
        ordering_key;  // events with the same key run one at a time per hook, in acceptance order
    std::string
        dedup_key;  // a second event of the same source with this key is the first one again
    std::string data = "{}";  // a JSON object, as text: the master never needs it taken apart
    WallTime timestamp{};     // when it happened, by the source's clock
    WallTime created_at{};    // when the master accepted it, by the master's clock
    EventStatus status = EventStatus::pending;
    std::string error;  // set if and only if status is failed
    std::optional<WallTime> processed_at;
    std::string root_id;          // the first event of the chain; its own id for a first one
    std::string parent_id;        // the event whose hook dispatched this one
    int depth = 0;                // 0 for a first one
    int64_t hook_generation = 0;  // the hook set it was accepted under; recovery matches against it
    int recoveries = 0;           // how often a master died while it was running

    bool operator==(const Event&) const = default;
};

// What every source must get right: a well-formed type, an object for data within kMaxEventBytes
// and kMaxJsonDepth, no control characters in the short fields and at most 256 bytes in each. Lifts
// `data.stack` into an empty `stack`. Pure, so that the CLI, the agent and the master refuse the
// same events. Parses `data` once, building nothing.
Result<void> validate(Event& event);

}  // namespace sloth
