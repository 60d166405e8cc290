#include "files/lines.h"

#include <gtest/gtest.h>

namespace sloth::files {
namespace {

LineTest starts(const char* begin) {
    return [begin](std::string_view line) { return line.starts_with(begin); };
}

// The result of a change, which a second one leaves alone.
std::string twice(std::string_view text, const LineChange& change) {
    const std::string once = with_line(text, change)->value_or(std::string(text));
    EXPECT_EQ(*with_line(once, change), std::nullopt) << once;
    return once;
}

TEST(LinesTest, adds_a_line_that_is_not_there) {
    EXPECT_EQ(twice("", {.line = "a"}), "a\n");
    EXPECT_EQ(twice("a\n", {.line = "b"}), "a\nb\n");
    EXPECT_EQ(twice("a", {.line = "b"}), "a\nb\n") << "the last line was not ended";
    EXPECT_EQ(twice("ab\nba\n", {.line = "b"}), "ab\nba\nb\n") << "parts of lines do not count";
    EXPECT_EQ(twice("a\n\n", {.line = ""}), "a\n\n");
}

TEST(LinesTest, takes_a_line_with_its_end_for_the_same_line) {
    EXPECT_EQ(twice("a\nb\n", {.line = "a\n"}), "a\nb\n");
    EXPECT_EQ(twice("b\n", {.line = "a\n"}), "b\na\n");
}

TEST(LinesTest, adds_text_of_several_lines_each_time) {
    const LineChange change{.line = "a\nb\n"};
    EXPECT_EQ(*with_line("x\n", change), "x\na\nb\n");
    EXPECT_EQ(*with_line("x\na\nb\n", change), "x\na\nb\na\nb\n");
}

TEST(LinesTest, replaces_the_lines_that_fit_and_keeps_the_end_of_the_text) {
    EXPECT_EQ(twice("Port 22\nUser x\n", {.line = "Port 2222", .fits = starts("Port ")}),
              "Port 2222\nUser x\n");
    EXPECT_EQ(twice("User x\nPort 22", {.line = "Port 2222", .fits = starts("Port ")}),
              "User x\nPort 2222");
    EXPECT_EQ(twice("Port 1\nx\nPort 2\n", {.line = "Port 3", .fits = starts("Port ")}),
              "Port 3\nx\nPort 3\n");
    EXPECT_EQ(twice("x\n", {.line = "Port 3", .fits = starts("Port ")}), "x\nPort 3\n");
    EXPECT_EQ(twice("a=1\n", {.line = "b=2", .fits = starts("a=")}), "b=2\n");
}

TEST(LinesTest, puts_a_new_line_where_it_is_wanted) {
    const std::string_view text = "[a]\nx\n[b]\ny\n";
    EXPECT_EQ(twice(text, {.line = "z", .after = starts("[a]")}), "[a]\nz\nx\n[b]\ny\n");
    EXPECT_EQ(twice(text, {.line = "z", .before = starts("[b]")}), "[a]\nx\nz\n[b]\ny\n");
    EXPECT_EQ(twice(text, {.line = "z", .first = true}), "z\n[a]\nx\n[b]\ny\n");
    EXPECT_EQ(twice("x\ny", {.line = "z", .after = starts("y")}), "x\ny\nz\n");
    EXPECT_EQ(twice(text, {.line = "z", .after = starts("none")}), "[a]\nx\n[b]\ny\nz\n");
}

TEST(LinesTest, removes_lines) {
    EXPECT_EQ(*without_line("a\nb\na\n", {.line = "a"}), "b\n");
    EXPECT_EQ(*without_line("a\nb\na", {.line = "a"}), "b\n");
    EXPECT_EQ(*without_line("Port 1\nb\n", {.fits = starts("Port")}), "b\n");
    EXPECT_EQ(*without_line("b\n", {.line = "a"}), std::nullopt);
    EXPECT_EQ(*without_line("", {.line = "a"}), std::nullopt);
}

TEST(LinesTest, fails_when_a_line_cannot_be_tested) {
    const LineTest broken = [](std::string_view) -> Result<bool> {
        return fail(Code::exhausted, "too long");
    };
    EXPECT_EQ(with_line("a\n", {.line = "b", .fits = broken}).error().message, "too long");
    EXPECT_EQ(with_line("a\n", {.line = "b", .after = broken}).error().message, "too long");
    EXPECT_EQ(with_line("a\n", {.line = "b", .before = broken}).error().message, "too long");
    EXPECT_EQ(without_line("a\n", {.fits = broken}).error().message, "too long");
}

TEST(BlockTest, puts_a_block_between_markers_and_replaces_it_there) {
    const auto first = *with_block("x", {.text = "a\nb"});
    EXPECT_EQ(first, "x\n# BEGIN MANAGED BLOCK\na\nb\n# END MANAGED BLOCK\n");
    EXPECT_EQ(*with_block(*first, {.text = "a\nb\n"}), std::nullopt);
    const std::string behind = *first + "y";
    const auto second = *with_block(behind, {.text = "c"});
    EXPECT_EQ(second, "x\n# BEGIN MANAGED BLOCK\nc\n# END MANAGED BLOCK\ny");
    EXPECT_EQ(*without_block(*second, {}), "x\ny");
    EXPECT_EQ(*without_block("x\ny", {}), std::nullopt);
}

TEST(BlockTest, knows_blocks_by_their_whole_markers) {
    const Block one{.text = "1", .begin = "# BEGIN one", .end = "# END one"};
    const Block other{.text = "2", .begin = "# BEGIN one more", .end = "# END one more"};
    const std::string both = **with_block(**with_block("", other), one);
    EXPECT_EQ(both, "# BEGIN one more\n2\n# END one more\n# BEGIN one\n1\n# END one\n");
    EXPECT_EQ(*without_block(both, one), "# BEGIN one more\n2\n# END one more\n");
    EXPECT_EQ(*with_block("  # BEGIN one\r\n1\n# END one  \n",
                          {.text = "2", .begin = one.begin, .end = one.end}),
              "# BEGIN one\n2\n# END one\n");
}

TEST(BlockTest, keeps_the_end_of_a_text_that_ends_in_a_block) {
    EXPECT_EQ(*with_block("# BEGIN MANAGED BLOCK\na\n# END MANAGED BLOCK", {.text = ""}),
              "# BEGIN MANAGED BLOCK\n# END MANAGED BLOCK");
}

TEST(BlockTest, does_not_guess_where_a_half_block_ends) {
    EXPECT_EQ(with_block("# BEGIN MANAGED BLOCK\na\n", {.text = "b"}).error().message,
              "'# BEGIN MANAGED BLOCK' stands in it without '# END MANAGED BLOCK' after it");
    EXPECT_EQ(without_block("a\n# END MANAGED BLOCK\n", {}).error().message,
              "'# END MANAGED BLOCK' stands in it without '# BEGIN MANAGED BLOCK' before it");
}

}  // namespace
}  // namespace sloth::files
