#include <algorithm>

#include "domain/watcher_spec.h"
#include "domain/watcher_types.h"

namespace sloth {
namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::string use(const WatcherType& type) {
    std::string hint = "use " + words_for_people(split_words(type.conditions));
    const auto changed = std::ranges::find(type.synonyms, "changed", &ConditionWord::word);
    if (changed == type.synonyms.end()) return hint;
    return fmt::format("{}; `changed` is {}", hint, words_for_people(split_words(changed->means)));
}

Result<void> add_word(const WatcherType& type, std::string_view word,
                      std::vector<std::string_view>& found) {
    if (has_word(type.conditions, word)) {
        found.push_back(word);
        return {};
    }
    const auto it = std::ranges::lower_bound(type.synonyms, word, {}, &ConditionWord::word);
    if (it == type.synonyms.end() || it->word != word) {
        return fail_with({Code::invalid,
                          fmt::format("a {} watcher has no condition '{}'", type.name, word),
                          use(type)});
    }
    const auto means = split_words(it->means);
    found.insert(found.end(), means.begin(), means.end());
    return {};
}

}  // namespace

Result<std::vector<std::string>> parse_conditions(std::string_view type, std::string_view words) {
    SLOTH_TRY(const WatcherType* known, find_watcher_type(type));
    std::vector<std::string_view> found;
    while (true) {
        const size_t comma = words.find(',');
        const std::string_view word = trim(words.substr(0, comma));
        if (!word.empty()) SLOTH_TRY_VOID(add_word(*known, word, found));
        if (comma == std::string_view::npos) break;
        words.remove_prefix(comma + 1);
    }
    const auto conditions = split_words(known->conditions);
    if (found.empty() && conditions.size() == 1) found = conditions;
    std::vector<std::string> canonical;
    for (const std::string_view condition : conditions) {
        if (std::ranges::find(found, condition) != found.end()) canonical.emplace_back(condition);
    }
    if (canonical.empty()) {
        return fail_with({Code::invalid, "a watcher needs at least one condition", use(*known)});
    }
    return canonical;
}

}  // namespace sloth
