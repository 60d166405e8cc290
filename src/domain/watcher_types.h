// The types of watchers: one sorted table of what each can tell, by which words, and which fields
// of a WatcherSpec it takes. Pure.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/quantity.h"

namespace sloth {

// What else people write for conditions: `means` is a list of canonical ones, blanks between.
struct ConditionWord {
    std::string_view word;
    std::string_view means;
};

// A number that a threshold can be put on.
struct WatcherMetric {
    std::string_view name;
    Unit unit = Unit::percent;
    double most = 100;
};

struct WatcherType {
    std::string_view name;
    std::string_view conditions;  // canonical, blanks between, in the order in which they are told
    std::span<const ConditionWord> synonyms;  // sorted
    std::string_view fields;  // that it takes besides those of all types; blanks between
    std::span<const WatcherMetric> metrics = {};  // the first is meant where none is named
};

std::span<const WatcherType> watcher_types();

// Code::invalid with the known types.
Result<const WatcherType*> find_watcher_type(std::string_view name);

// Null if the type measures nothing, or nothing of that name.
const WatcherMetric* find_metric(const WatcherType& type, std::string_view name);
// Code::invalid with the metrics of the type.
Result<const WatcherMetric*> metric_of(const WatcherType& type, std::string_view name);

// Lists of words in the tables.
bool has_word(std::string_view list, std::string_view word);
std::vector<std::string_view> split_words(std::string_view list);
std::string words_for_people(std::span<const std::string_view> words);  // "a, b or c"

}  // namespace sloth
