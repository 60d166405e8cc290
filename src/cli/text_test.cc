#include "cli/text.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "cli/table.h"
#include "cli/yaml.h"

namespace sloth::cli {
namespace {

TEST(Text, widths_are_those_of_a_terminal) {
    EXPECT_EQ(display_width("abc"), 3U);
    EXPECT_EQ(display_width("é"), 1U);
    EXPECT_EQ(display_width("e\u0301"), 1U);
    EXPECT_EQ(display_width("日本"), 4U);
    EXPECT_EQ(display_width("✅"), 2U);
    EXPECT_EQ(display_width("🚀"), 2U);
}

TEST(Text, what_could_move_the_cursor_is_written_out) {
    EXPECT_EQ(one_line("a\x1b[31m\a\r\n\tb\x7f"), "a\\x1b[31m\\x07\\r\\n\\tb\\x7f");
    EXPECT_EQ(one_line("\u009b2J"), "\\x9b2J");
    EXPECT_EQ(one_line("abc\u202edef"), "abc\\u{202e}def");
    EXPECT_EQ(hanging("a.lua:2: no\x1b[31m\nerror: fake\n\tat a.lua\n"),
              "a.lua:2: no\\x1b[31m\n    error: fake\n      at a.lua");
    EXPECT_EQ(one_line("\xff"), "\uFFFD");
    EXPECT_EQ(block("a\r\nb\tc\x1b"), "a\nb\tc\\x1b");
}

TEST(Text, what_is_too_wide_ends_with_an_ellipsis) {
    EXPECT_EQ(cut_to("abcdef", 6), "abcdef");
    EXPECT_EQ(cut_to("abcdef", 4), "abc…");
    EXPECT_EQ(cut_to("日本語", 4), "日…");
}

TEST(Text, times_are_told_from_now) {
    const WallTime now = from_micros(1'000'000'000'000'000);
    EXPECT_EQ(relative(now, now), "now");
    EXPECT_EQ(relative(now - 3s, now), "3s ago");
    EXPECT_EQ(relative(now - 119s, now), "1m ago");
    EXPECT_EQ(relative(now - 47h, now), "47h ago");
    EXPECT_EQ(relative(now - 49h, now), "2d ago");
    EXPECT_EQ(relative(now + 5min, now), "in 5m");
    EXPECT_EQ(relative(now - 24h * 40, now).size(), 10U);
}

TEST(Text, numbers_are_grouped) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(-1234567), "-1,234,567");
}

TEST(Table, columns_that_may_give_way_are_cut_to_the_width) {
    Table table({{"#"}, {"ID", false, 2}, {"Type", false, 1}});
    table.add({"#1", "0190aaaa-0000-7000-8000", "task.failed"});
    EXPECT_EQ(table.render({}),
              "#   ID                       Type\n#1  0190aaaa-0000-7000-8000  task.failed\n");
    EXPECT_EQ(table.render({.width = 30}),
              "#   ID             Type\n#1  0190aaaa-000…  task.failed\n");
    EXPECT_EQ(table.render({.width = 10}), "#   ID      Type\n#1  0190a…  task.…\n");
}

TEST(Table, colours_do_not_change_the_layout) {
    Table table({{"A"}, {"B", true}});
    table.add({Cell("x", Tone::bad), "1"});
    EXPECT_EQ(table.render({.colour = true}),
              "\x1b[1mA\x1b[0m  \x1b[1mB\x1b[0m\n\x1b[31mx\x1b[0m  1\n");
}

TEST(Table, user_data_cannot_leave_its_cell) {
    Table table({{"A"}});
    table.add({"x\ny\x1b[2J"});
    EXPECT_EQ(table.render({}), "A\nx\\ny\\x1b[2J\n");
}

TEST(Yaml, text_that_looks_like_something_else_is_quoted) {
    const Json value = *parse_json(
        R"({"a": "true", "b": "12", "c": "", "d": "x: y", "e": "plain.word", "f": null, "g": 1.5,
            "h": [], "i": {}, "j": "two\nlines", "No": "n", "k": ["#x", {"l": [1, [2]]}]})");
    EXPECT_EQ(
        to_yaml(value),
        "a: \"true\"\nb: \"12\"\nc: \"\"\nd: \"x: y\"\ne: plain.word\nf: null\ng: 1.5\nh: []\n"
        "i: {}\nj: \"two\\nlines\"\n\"No\": \"n\"\nk:\n  - \"#x\"\n  - l:\n      - 1\n"
        "      - - 2\n");
}

}  // namespace
}  // namespace sloth::cli
