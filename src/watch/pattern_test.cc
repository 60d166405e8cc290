#include "watch/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(PatternTest, finds_an_expression_anywhere_in_a_line) {
    const auto pattern = Pattern::compile("ERROR|CRITICAL", false);
    ASSERT_TRUE(pattern);
    EXPECT_TRUE(pattern->matches("12:00 CRITICAL disk"));
    EXPECT_FALSE(pattern->matches("12:00 error disk"));
}

TEST(PatternTest, gives_the_match_and_its_groups) {
    const auto pattern = Pattern::compile(R"(status=(\d+)(?: of (\w+))?)", false);
    ASSERT_TRUE(pattern);
    EXPECT_THAT(pattern->find("GET / status=500 x"), ElementsAre("status=500", "500", ""));
    EXPECT_THAT(pattern->find("GET /"), ElementsAre());
}

TEST(PatternTest, takes_a_fixed_text_as_it_is) {
    const auto pattern = Pattern::compile("[ERROR] a.b", true);
    ASSERT_TRUE(pattern);
    EXPECT_TRUE(pattern->matches("x [ERROR] a.b"));
    EXPECT_FALSE(pattern->matches("x E a_b"));
}

TEST(PatternTest, says_what_is_wrong_with_an_expression) {
    const auto pattern = Pattern::compile("a(b", false);
    ASSERT_FALSE(pattern);
    EXPECT_EQ(pattern.error().code, Code::invalid);
    EXPECT_THAT(pattern.error().message, HasSubstr("a(b"));
    EXPECT_FALSE(Pattern::compile("((a{100}){100}){100}", false)) << "it would be too large";
}

TEST(PatternTest, matches_beside_bytes_that_are_no_text) {
    const auto pattern = Pattern::compile("fail.d", false);
    ASSERT_TRUE(pattern);
    EXPECT_TRUE(pattern->matches("\xff\xfe failed"));
    EXPECT_TRUE(Pattern::compile("größe", false)->matches("die größe"));
}

}  // namespace
}  // namespace sloth
