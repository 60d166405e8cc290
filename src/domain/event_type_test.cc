#include "domain/event_type.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(EventType, is_words_joined_by_dots) {
    for (const auto* name : {"custom", "task.failed", "custom.my-event_2", "A.b.C"})
        EXPECT_TRUE(is_event_type(name)) << name;
    for (const auto* name : {"", "a b", ".a", "a.", "a..b", "task.*", "a/b", "\xc3\xa4"}) {
        EXPECT_FALSE(is_event_type(name)) << name;
    }
}

TEST(EventPattern, star_stands_for_a_word_and_two_stars_for_anything) {
    EXPECT_TRUE(matches("*", "a.b.c"));
    EXPECT_TRUE(matches("task.*", "task.failed"));
    EXPECT_FALSE(matches("task.*", "task.a.b"));
    EXPECT_FALSE(matches("task.*", "task"));
    EXPECT_TRUE(matches("task.**", "task.a.b"));
    EXPECT_TRUE(matches("*.failed", "task.failed"));
    EXPECT_FALSE(matches("*.failed", "a.task.failed"));
    EXPECT_TRUE(matches("file.*ed", "file.modified"));
    EXPECT_TRUE(matches("a.*.c", "a.b.c"));
    EXPECT_FALSE(matches("a.*.c", "a.b.d"));
}

TEST(EventPattern, may_hold_stars_and_nothing_else_that_a_type_may_not) {
    for (const auto* pattern : {"*", "**", "task.*", "*.failed", "file.mod*", "task.failed"})
        EXPECT_TRUE(is_event_pattern(pattern)) << pattern;
    for (const auto* pattern : {"", "a b.*", ".*", "task.", "task.?", "[a]"})
        EXPECT_FALSE(is_event_pattern(pattern)) << pattern;
    EXPECT_TRUE(is_glob("task.*"));
    EXPECT_FALSE(is_glob("task.failed"));
}

// A matcher that goes back over every star takes longer than the universe has.
TEST(EventPattern, with_many_stars_is_decided_at_once) {
    std::string pattern;
    for (int i = 0; i < 60; ++i) pattern += "a*";
    EXPECT_FALSE(matches(pattern + "b", std::string(127, 'a')));
    EXPECT_TRUE(matches(pattern, std::string(127, 'a')));
}

TEST(EventTypeCheck, says_what_a_type_is) {
    EXPECT_TRUE(check_event_type("custom.mine"));
    EXPECT_EQ(check_event_type("").error().message, "an event needs a type");
    const auto wrong = check_event_type("a b");
    EXPECT_EQ(wrong.error().message, "'a b' is not an event type");
    EXPECT_FALSE(wrong.error().hint.empty());
    EXPECT_LT(check_event_type(std::string(5000, 'a') + "!").error().message.size(), 200u);
}

}  // namespace
}  // namespace sloth
