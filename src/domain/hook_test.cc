#include "domain/hook.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(HookName, is_a_word_as_in_file_names) {
    for (const auto* name : {"a", "notify_on-failure.2", "A"}) EXPECT_TRUE(is_hook_name(name));
    for (const auto* name : {"", "a b", "a/b", "\xc3\xa4", "a\n"})
        EXPECT_FALSE(is_hook_name(name)) << name;
    EXPECT_TRUE(is_hook_name(std::string(128, 'a')));
    EXPECT_FALSE(is_hook_name(std::string(129, 'a')));
}

TEST(Bytes, are_read_in_binary_and_decimal_units) {
    EXPECT_EQ(parse_bytes("64MiB"), 64 << 20);
    EXPECT_EQ(parse_bytes("1.5KiB"), 1536);
    EXPECT_EQ(parse_bytes("2KB"), 2000);
    EXPECT_EQ(parse_bytes("7"), 7);
    EXPECT_EQ(parse_bytes("7B"), 7);
    for (const auto* text :
         {"", "MiB", "64 MiB", "-1", "64mib", "1TiB", "1e300", "9e18MiB", "inf", "nan"})
        EXPECT_FALSE(parse_bytes(text)) << text;
}

TEST(Bytes, are_shown_in_the_largest_binary_unit) {
    EXPECT_EQ(format_bytes(0), "0B");
    EXPECT_EQ(format_bytes(1023), "1023B");
    EXPECT_EQ(format_bytes(64 << 20), "64MiB");
    EXPECT_EQ(format_bytes(1536), "1.5KiB");
    EXPECT_EQ(format_bytes(int64_t(3) << 30), "3GiB");
}

}  // namespace
}  // namespace sloth
