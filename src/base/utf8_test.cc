#include "base/utf8.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(Utf8, takes_code_points_of_every_length) {
    std::string_view text = "a\u00e9\u20ac\U0001F680";
    for (const char32_t expected : {U'a', U'\u00e9', U'\u20ac', U'\U0001F680'}) {
        EXPECT_EQ(take_code_point(text).value, expected);
    }
    EXPECT_TRUE(text.empty());
}

TEST(Utf8, refuses_overlong_forms_surrogates_and_cut_sequences) {
    for (const char* bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80",
                            "\xE2\x82", "\xFF", "\x80", "\xF4\x90\x80\x80"}) {
        EXPECT_FALSE(is_utf8(bad));
    }
    EXPECT_TRUE(is_utf8(""));
}

TEST(Utf8, replaces_what_is_not_utf8_byte_by_byte) {
    EXPECT_EQ(valid_utf8("a\xFF\xFE z\u00e9"), "a\uFFFD\uFFFD z\u00e9");
    EXPECT_EQ(valid_utf8("\xE2\x82"), "\uFFFD\uFFFD");
}

TEST(Utf8, writes_what_it_reads) {
    for (const char32_t c : {U'\x7f', U'\x80', U'\u07ff', U'\u0800', U'\uffff', U'\U0010ffff'}) {
        std::string text;
        append_utf8(text, c);
        std::string_view view = text;
        EXPECT_EQ(take_code_point(view).value, c);
        EXPECT_TRUE(view.empty());
    }
}

}  // namespace
}  // namespace sloth
