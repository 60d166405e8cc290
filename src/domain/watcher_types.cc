#include "domain/watcher_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sloth {
namespace {

constexpr double kNoLimit = std::numeric_limits<double>::max();

// What comes and goes has one vocabulary in people's heads, and each type its own in its events.
constexpr auto kFileWords = std::to_array<ConditionWord>({
    {"active", "created"},
    {"changed", "modified renamed"},
    {"closed", "deleted"},
    {"listening", "created"},
    {"opened", "created"},
    {"removed", "deleted"},
    {"started", "created"},
    {"stopped", "deleted"},
});
static_assert(std::ranges::is_sorted(kFileWords, {}, &ConditionWord::word));

constexpr auto kLevelWords = std::to_array<ConditionWord>({
    {"high", "above"},
    {"low", "below"},
});

constexpr auto kProcessWords = std::to_array<ConditionWord>({
    {"active", "started"},
    {"changed", "started stopped"},
    {"closed", "stopped"},
    {"created", "started"},
    {"deleted", "stopped"},
    {"failed", "crashed"},
    {"high", "above"},
    {"listening", "started"},
    {"modified", "started stopped"},
    {"opened", "started"},
    {"removed", "stopped"},
});
static_assert(std::ranges::is_sorted(kProcessWords, {}, &ConditionWord::word));

constexpr auto kPortWords = std::to_array<ConditionWord>({
    {"active", "opened"},
    {"changed", "opened closed"},
    {"created", "opened"},
    {"deleted", "closed"},
    {"high", "above"},
    {"listening", "opened"},
    {"modified", "opened closed"},
    {"removed", "closed"},
    {"started", "opened"},
    {"stopped", "closed"},
});
static_assert(std::ranges::is_sorted(kPortWords, {}, &ConditionWord::word));

constexpr auto kServiceWords = std::to_array<ConditionWord>({
    {"active", "started"},
    {"changed", "started stopped failed restarted reconfigured"},
    {"closed", "stopped"},
    {"crashed", "failed"},
    {"created", "started"},
    {"deleted", "stopped"},
    {"listening", "started"},
    {"modified", "started stopped failed restarted reconfigured"},
    {"opened", "started"},
    {"removed", "stopped"},
});
static_assert(std::ranges::is_sorted(kServiceWords, {}, &ConditionWord::word));

constexpr auto kLogWords = std::to_array<ConditionWord>({
    {"contains", "matches"},
    {"matched", "matches"},
});

constexpr auto kCommandWords = std::to_array<ConditionWord>({
    {"contains", "matches"},
    {"high", "above"},
    {"low", "below"},
    {"matched", "matches"},
    {"modified", "changed"},
});
static_assert(std::ranges::is_sorted(kCommandWords, {}, &ConditionWord::word));

constexpr auto kNetworkWords = std::to_array<ConditionWord>({
    {"active", "up"},
    {"changed", "up down"},
    {"closed", "down"},
    {"created", "up"},
    {"deleted", "down"},
    {"high", "above"},
    {"listening", "up"},
    {"modified", "up down"},
    {"opened", "up"},
    {"removed", "down"},
    {"started", "up"},
    {"stopped", "down"},
});
static_assert(std::ranges::is_sorted(kNetworkWords, {}, &ConditionWord::word));

constexpr auto kCommandMetrics = std::to_array<WatcherMetric>({{"value", Unit::plain, kNoLimit}});
constexpr auto kCpuMetrics =
    std::to_array<WatcherMetric>({{"usage"}, {"core"}, {"load", Unit::plain, kNoLimit}});
constexpr auto kDiskMetrics = std::to_array<WatcherMetric>({{"space"}, {"inodes"}});
constexpr auto kMemoryMetrics = std::to_array<WatcherMetric>({{"ram"}, {"swap"}, {"pressure"}});
constexpr auto kNetworkMetrics = std::to_array<WatcherMetric>({
    {"throughput", Unit::bytes, kNoLimit},
    {"received", Unit::bytes, kNoLimit},
    {"sent", Unit::bytes, kNoLimit},
    {"errors", Unit::plain, kNoLimit},
});
constexpr auto kPortMetrics =
    std::to_array<WatcherMetric>({{"latency", Unit::milliseconds, kNoLimit}});
constexpr auto kProcessMetrics = std::to_array<WatcherMetric>({
    {"cpu", Unit::percent, kNoLimit},  // of one core: four busy threads are 400 %
    {"memory"},
    {"rss", Unit::bytes, kNoLimit},
});

// To add a type: its row here, its own rules in domain/watcher_rules.cc, its watcher in watch/ and
// its row in watch/watchers.cc.
constexpr auto kTypes = std::to_array<WatcherType>({
    {"command", "changed matches failed above below", kCommandWords,
     "command pattern fixed expected_exit threshold hysteresis for timeout", kCommandMetrics},
    {"cpu", "above below", kLevelWords, "metric threshold hysteresis for average", kCpuMetrics},
    {"directory", "created modified deleted renamed", kFileWords,
     "path check_hash recursive include exclude follow"},
    {"disk", "above below", kLevelWords, "path metric threshold hysteresis for", kDiskMetrics},
    {"file", "created modified deleted renamed", kFileWords,
     "path check_hash recursive include exclude follow"},
    {"log", "matches", kLogWords, "path pattern fixed"},
    {"memory", "above below", kLevelWords, "metric threshold hysteresis for", kMemoryMetrics},
    {"network", "up down above", kNetworkWords, "name metric threshold hysteresis for",
     kNetworkMetrics},
    {"port", "opened closed above", kPortWords,
     "port protocol host threshold hysteresis for timeout", kPortMetrics},
    {"process", "started stopped crashed above", kProcessWords,
     "name pid pattern fixed user each metric threshold hysteresis for", kProcessMetrics},
    {"service", "started stopped failed restarted reconfigured", kServiceWords, "name"},
});
static_assert(std::ranges::is_sorted(kTypes, {}, &WatcherType::name));

}  // namespace

std::span<const WatcherType> watcher_types() { return kTypes; }

Result<const WatcherType*> find_watcher_type(std::string_view name) {
    const auto it = std::ranges::lower_bound(kTypes, name, {}, &WatcherType::name);
    if (it != kTypes.end() && it->name == name) return &*it;
    std::vector<std::string_view> names;
    for (const WatcherType& type : kTypes) names.push_back(type.name);
    return fail_with({Code::invalid,
                      name.empty() ? std::string("a watcher needs a type")
                                   : fmt::format("there is no watcher type '{}'", name),
                      fmt::format("known types: {}", words_for_people(names))});
}

const WatcherMetric* find_metric(const WatcherType& type, std::string_view name) {
    if (name.empty()) return type.metrics.empty() ? nullptr : &type.metrics.front();
    const auto it = std::ranges::find(type.metrics, name, &WatcherMetric::name);
    return it == type.metrics.end() ? nullptr : &*it;
}

Result<const WatcherMetric*> metric_of(const WatcherType& type, std::string_view name) {
    if (const WatcherMetric* found = find_metric(type, name)) return found;
    std::vector<std::string_view> names;
    for (const WatcherMetric& known : type.metrics) names.push_back(known.name);
    return fail_with({Code::invalid, fmt::format("a {} watcher measures no '{}'", type.name, name),
                      "use " + words_for_people(names)});
}

std::vector<std::string_view> split_words(std::string_view list) {
    std::vector<std::string_view> words;
    while (!list.empty()) {
        const size_t blank = std::min(list.find(' '), list.size());
        words.push_back(list.substr(0, blank));
        list.remove_prefix(std::min(blank + 1, list.size()));
    }
    return words;
}

bool has_word(std::string_view list, std::string_view word) {
    const auto words = split_words(list);
    return std::ranges::find(words, word) != words.end();
}

std::string words_for_people(std::span<const std::string_view> words) {
    std::string out;
    for (size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
        out += words[i];
    }
    return out;
}

}  // namespace sloth
