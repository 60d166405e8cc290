#include "text/regex.h"

#include <gtest/gtest.h>

namespace sloth::text {
namespace {

std::string replaced(std::string_view pattern, std::string_view text,
                     std::string_view replacement) {
    const auto regex = Regex::compile(pattern);
    if (!regex) return regex.error().message;
    const auto out = regex->replace(text, replacement, 100);
    return out ? std::to_string(out->count) + " " + out->text : out.error().message;
}

TEST(RegexTest, finds_a_pattern_anywhere) {
    EXPECT_TRUE(Regex::compile("b+")->matches("abbc"));
    EXPECT_FALSE(Regex::compile("^b+$")->matches("abbc"));
    EXPECT_TRUE(Regex::compile("")->matches(""));
    EXPECT_TRUE(Regex::compile("b")->matches(std::string_view("\xFF\0b", 3)));
}

TEST(RegexTest, says_what_is_wrong_with_a_pattern) {
    EXPECT_EQ(Regex::compile("a(b").error().message,
              "the pattern 'a(b' cannot be read: missing ): a(b");
    EXPECT_FALSE(Regex::compile("(?=a)"));
    EXPECT_FALSE(Regex::compile("((((x{1000}){1000}){1000}){1000})"));
}

TEST(RegexTest, replaces_every_match_with_what_groups_found) {
    EXPECT_EQ(replaced("b", "abcb", "x"), "2 axcx");
    EXPECT_EQ(replaced("(\\w)=(\\w)", "a=1 b=2", "$2=$1!"), "2 1=a! 2=b!");
    EXPECT_EQ(replaced("(?P<key>\\w)=", "a=1", "${key}: ${1} ${none}$9"), "1 a: a 1");
    EXPECT_EQ(replaced("a", "a", "$$1 $ ${ $x"), "1 $1 $ ${ $x");
    EXPECT_EQ(replaced("a(b)?", "a", "[$1]"), "1 []");
    EXPECT_EQ(replaced("(?m)^", "a\nb", "> "), "2 > a\n> b");
    EXPECT_EQ(replaced("x*", "ab", "-"), "3 -a-b-");
    EXPECT_EQ(replaced("x*", "\xC3\xBC", "-"), "2 -\xC3\xBC-") << "not inside a character";
    EXPECT_EQ(replaced("a*", "baac", "-"), "3 -b-c-");
    EXPECT_EQ(replaced("^a", "aa", ""), "1 a");
}

TEST(RegexTest, bounds_what_replacing_makes) {
    EXPECT_EQ(replaced("a", std::string(20, 'a'), "0123456789"),
              "the replacements make it larger than 100 bytes");
}

}  // namespace
}  // namespace sloth::text
