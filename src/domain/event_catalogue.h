// The event types that the product knows: one table, sorted by name. Any other well-formed name is
// a custom type. Sources: the specification's category table and its watcher chapter; the names
// that the first program of this name declares, sends or uses in examples (kept, so that its hooks
// find their events).
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace sloth {

struct EventType {
    std::string_view name;
    std::string_view
        category;  // "agent", "task", ..., the specification's sixteen and the watchers'
    std::string_view description;
};

std::span<const EventType> event_catalogue();
const EventType* find_event_type(std::string_view name);

// A known name so near to `name` that a typo is likely; nothing for a known or a quite different
// name.
std::optional<std::string_view> suggest_event_type(std::string_view name);

}  // namespace sloth
