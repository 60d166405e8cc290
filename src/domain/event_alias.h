// Older names of event types. What is stored, shown and given to a hook as `event.type` is always
// the primary name; a hook that asks for an older one gets the events of the primary ones. Pure.
#pragma once

#include <span>
#include <string_view>

namespace sloth {

struct EventAlias {
    std::string_view older;
    std::string_view primary;
};

// Sorted by the older name; one older name may stand for several primary ones.
std::span<const EventAlias> event_aliases();

}  // namespace sloth
