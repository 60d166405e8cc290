#include "base/similar.h"

#include <gtest/gtest.h>

#include <array>

namespace sloth {
namespace {

TEST(EditDistance, counts_insertions_deletions_changes_and_swaps) {
    EXPECT_EQ(edit_distance("", ""), 0u);
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("abc", ""), 3u);
    EXPECT_EQ(edit_distance("list", "list"), 0u);
    EXPECT_EQ(edit_distance("list", "lists"), 1u);
    EXPECT_EQ(edit_distance("list", "lst"), 1u);
    EXPECT_EQ(edit_distance("list", "last"), 1u);
    EXPECT_EQ(edit_distance("list", "lsit"), 1u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(MostSimilar, finds_the_nearest_word_that_may_be_a_typo) {
    constexpr std::array<std::string_view, 4> kWords{"dispatch", "delete", "list", "tail"};
    EXPECT_EQ(most_similar("dispach", kWords), "dispatch");
    EXPECT_EQ(most_similar("lsit", kWords), "list");
    EXPECT_EQ(most_similar("deelte", kWords), "delete");
    EXPECT_FALSE(most_similar("replay", kWords));
    EXPECT_FALSE(most_similar("", kWords));
    EXPECT_FALSE(most_similar("list", {}));
}

TEST(MostSimilar, takes_the_first_of_equals) {
    constexpr std::array<std::string_view, 2> kWords{"cat", "car"};
    EXPECT_EQ(most_similar("cab", kWords), "cat");
}

}  // namespace
}  // namespace sloth
