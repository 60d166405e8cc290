#include "domain/event_catalogue.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/similar.h"

namespace sloth {
namespace {

constexpr std::array<EventType, 2> kTypes{{
    {"file.modified", "file", "A watched file's content changed"},
    {"task.failed", "task", "A task failed"},
}};
static_assert(std::ranges::is_sorted(kTypes, {}, &EventType::name));

}  // namespace

std::span<const EventType> event_catalogue() { return kTypes; }

const EventType* find_event_type(std::string_view name) {
    const auto it = std::ranges::lower_bound(kTypes, name, {}, &EventType::name);
    return it != kTypes.end() && it->name == name ? &*it : nullptr;
}

std::optional<std::string_view> suggest_event_type(std::string_view name) {
    if (find_event_type(name)) return {};
    std::vector<std::string_view> names;
    for (const EventType& type : kTypes) names.push_back(type.name);
    return most_similar(name, names);
}

}  // namespace sloth
