#include "domain/event_importance.h"

#include <algorithm>
#include <array>

namespace sloth {
namespace {

struct Rule {
    std::string_view name;
    std::string_view reason;
};

// First words: all that they say is important.
constexpr auto kFirst = std::to_array<Rule>({
    {"service", "a service's states are few, and each is somebody's business"},
    {"system", "an alarm that is raised or over: without its edge it stays as it was"},
});

// Last words, whatever they are said of.
constexpr auto kLast = std::to_array<Rule>({
    {"closed", "a port that nobody listens on any more: somebody cannot connect"},
    {"crashed", "a failure"},
    {"deleted", "nothing will be said of it again"},
    {"failed", "a failure"},
    {"stopped", "an end: nothing will be said of it again"},
});

// By themselves.
constexpr auto kTypes = std::to_array<Rule>({
    {"agent.outbox_overflow", "says what is missing"},
    {"watcher.gap", "says what may be missing"},
});

constexpr bool is_sorted(const auto& rules) {
    return std::ranges::adjacent_find(rules, std::ranges::greater_equal{}, &Rule::name) ==
           rules.end();
}
static_assert(is_sorted(kFirst) && is_sorted(kLast) && is_sorted(kTypes));

bool has(const auto& rules, std::string_view name) {
    return std::ranges::binary_search(rules, name, {}, &Rule::name);
}

}  // namespace

bool is_important(std::string_view type) {
    const size_t first = type.find('.');
    if (first == std::string_view::npos) return false;
    return has(kFirst, type.substr(0, first)) || has(kLast, type.substr(type.rfind('.') + 1)) ||
           has(kTypes, type);
}

}  // namespace sloth
