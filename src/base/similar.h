// "Did you mean": the candidate nearest to what was typed. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sloth {

// Optimal string alignment distance: insertions, deletions, changes and swaps of neighbours count
// one each.
size_t edit_distance(std::string_view a, std::string_view b);

// The nearest candidate, if it is near enough to be a typo (a third of the word, at least one);
// ties: the first.
std::optional<std::string_view> most_similar(std::string_view typed,
                                             std::span<const std::string_view> candidates);

}  // namespace sloth
