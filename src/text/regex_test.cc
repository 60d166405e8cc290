#include "text/regex.h"

#include <gtest/gtest.h>

namespace sloth::text {
namespace {

constexpr size_t kAll = std::string_view::npos;

Regex compiled(std::string_view pattern) {
    Result<Regex> made = Regex::compile(pattern);
    EXPECT_TRUE(made) << made.error().message;
    return std::move(*made);
}

// "whole(group)(-)" for each match.
std::string matches(std::string_view pattern, std::string_view text, size_t most = kAll) {
    std::string out;
    const auto all = compiled(pattern).find_all(text, most);
    for (const Regex::Match& match : *all) {
        if (!out.empty()) out += ' ';
        for (size_t i = 0; i < match.size(); ++i) {
            const std::string_view piece =
                match[i] ? text.substr(match[i]->begin, match[i]->end - match[i]->begin) : "-";
            out += i == 0 ? std::string(piece) : "(" + std::string(piece) + ")";
        }
    }
    return out;
}

std::string replaced(std::string_view pattern, std::string_view text, std::string_view with,
                     size_t most = kAll) {
    const Result<std::string> out = compiled(pattern).replace(text, with, most);
    return out ? *out : "error: " + out.error().message;
}

std::string pieces(std::string_view pattern, std::string_view text, size_t most = kAll) {
    std::string out;
    const auto all = compiled(pattern).split(text, most);
    for (const std::string_view piece : *all) out += "[" + std::string(piece) + "]";
    return out;
}

TEST(Regex, finds_the_first_match_and_its_groups) {
    const Regex regex = compiled(R"((?P<user>\w+)@(\w+)(\.com)?)");
    EXPECT_EQ(regex.names(), (std::vector<std::string>{"user", "", ""}));
    const std::string text = "to: bo@example, al@there.com";
    const Regex::Match first = **regex.find(text);
    EXPECT_EQ(first[0], (Regex::Span{4, 14}));
    EXPECT_EQ(first[1], (Regex::Span{4, 6}));
    EXPECT_FALSE(first[3]);
    EXPECT_EQ((**regex.find(text, 14))[0], (Regex::Span{16, 28}));
    EXPECT_FALSE(*regex.find(text, 27));
    EXPECT_FALSE(*regex.find(text, 99));
}

TEST(Regex, finds_all_matches_that_do_not_overlap) {
    EXPECT_EQ(matches("a(b)?", "abaab"), "ab(b) a(-) ab(b)");
    EXPECT_EQ(matches("aa", "aaaaa"), "aa aa");
    EXPECT_EQ(matches("a", "aaa", 2), "a a");
    EXPECT_EQ(compiled("a*").find_all("baac", kAll)->size(), 3u);  // "", "aa", "" at the end
    EXPECT_EQ(compiled("").find_all("\u20ac\xffx", kAll)->size(), 4u);
    EXPECT_EQ(matches("^x", "xx"), "x");
    EXPECT_EQ(matches("(?m)^x", "x\nx"), "x x");
    EXPECT_EQ(matches("(?i)STRASSE|\\pL+", "strasse \u00e9t\u00e9"), "strasse \u00e9t\u00e9");
    EXPECT_EQ(matches("a\\x00b", std::string_view("a\0b", 3)).size(), 3u);
}

TEST(Regex, replaces_with_groups) {
    EXPECT_EQ(replaced(R"((\w+)=(\w+))", "a=1, b=2", "$2=$1"), "1=a, 2=b");
    EXPECT_EQ(replaced(R"((?P<k>\w+)=(\w+))", "a=1", "${k}x$2"), "ax1");
    EXPECT_EQ(replaced(R"((\w)(\d)?)", "a1b", "[$0|${2}]"), "[a1|1][b|]");
    EXPECT_EQ(replaced("a", "aaa", "b", 2), "bba");
    EXPECT_EQ(replaced("a", "a", "$$ $x $"), "$ $x $");
    EXPECT_EQ(replaced("x*", "abc", "-"), "-a-b-c-");
    EXPECT_EQ(replaced("(a)", "a", "$10"), "error: the pattern has no group ${10}; $$ is a dollar");
    EXPECT_EQ(replaced("a", "a", "${nope}"),
              "error: the pattern has no group ${nope}; $$ is a dollar");
    EXPECT_EQ(replaced("a", "a", "${0"), "error: ${ in the replacement has no }");
}

TEST(Regex, splits_text) {
    EXPECT_EQ(pieces(R"(\s*,\s*)", "a , b,c"), "[a][b][c]");
    EXPECT_EQ(pieces(",", ",a,"), "[][a][]");
    EXPECT_EQ(pieces(",", "a,b,c", 2), "[a][b,c]");
    EXPECT_EQ(pieces("", "ab\u00e9"), "[a][b][\u00e9]");
    EXPECT_EQ(pieces("x", ""), "[]");
    EXPECT_EQ(pieces("x", "abc", 1), "[abc]");
}

TEST(Regex, says_what_is_wrong_with_a_pattern) {
    const auto why = [](std::string_view pattern) {
        return Regex::compile(pattern).error().message;
    };
    EXPECT_EQ(why("a(b"), "the pattern is wrong at character 1, 'a(b': missing )");
    EXPECT_EQ(why("ab[z-a]"),
              "the pattern is wrong at character 4, 'z-a': invalid character class range");
    EXPECT_EQ(why("a**"), "the pattern is wrong at character 2, '**': bad repetition operator");
    EXPECT_EQ(why("(a)\\1"), "the pattern is wrong at character 4, '\\1': invalid escape sequence");
    EXPECT_EQ(why("(?=a)"), "the pattern is wrong at character 1, '(?=': invalid perl operator");
    EXPECT_EQ(why("x{2000}"),
              "the pattern is wrong at character 2, '{2000}': invalid repetition size");
    EXPECT_EQ(why("\xff"), "the pattern is wrong: invalid UTF-8");
    EXPECT_EQ(why("\\pL{500}"), "the pattern is wrong: pattern too large - compile failed");
    EXPECT_EQ(why(std::string(Regex::kMaxPattern + 1, 'a')),
              "the pattern has 65537 bytes, more than 65536");
}

TEST(Regex, quotes_text) {
    const std::string odd("a.b*c[d]\\\0 \xC3\xA9", 13);
    EXPECT_EQ(matches("^" + quote_regex(odd) + "$", odd), odd);
    EXPECT_EQ(quote_regex("a.b"), "a\\.b");
}

TEST(Regex, keeps_within_its_limits) {
    const std::string text(1'000'000, 'a');
    const Regex heavy = compiled("(?:(?:a?){500}b)");
    EXPECT_EQ(heavy.find(text).error().code, Code::exhausted);
    EXPECT_EQ(compiled("a").find_all(text, kAll).error().message, "more than 100000 matches");
    EXPECT_EQ(compiled("(((((((a)))))))").find_all(text, kAll).error().message,
              "more than 33333 matches");
    EXPECT_EQ(compiled("a")
                  .replace(text, "bbbb", kAll, {.max_matches = kAll, .max_bytes = 1000})
                  .error()
                  .code,
              Code::exhausted);
    int asked = 0;
    const auto stopped =
        compiled("a.*b|a").find_all(text, kAll, {.go_on = [&] { return ++asked < 10; }});
    EXPECT_EQ(stopped.error().code, Code::timed_out);
    EXPECT_EQ(asked, 10);
}

}  // namespace
}  // namespace sloth::text
