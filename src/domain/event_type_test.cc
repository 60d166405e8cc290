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

}  // namespace
}  // namespace sloth
