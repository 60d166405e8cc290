#include "base/byte_text.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace sloth {
namespace {

TEST(ByteText, leaves_text_as_it_is) {
    for (const std::string_view text :
         {"", "plain", "caf\xC3\xA9", "\xEF\xBF\xBD", "\xF0\x9F\xA6\xA5"}) {
        EXPECT_EQ(to_byte_text(text), text);
        EXPECT_EQ(from_byte_text(text), text);
        EXPECT_TRUE(is_plain_text(text));
    }
}

TEST(ByteText, carries_every_byte_there_and_back_as_utf8) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    const std::string text = to_byte_text(bytes);
    EXPECT_TRUE(is_utf8(text));
    EXPECT_EQ(from_byte_text(text), bytes);
}

TEST(ByteText, is_exact_for_all_pairs_and_for_its_own_range) {
    for (int a = 0; a < 256; ++a) {
        for (int b = 0; b < 256; ++b) {
            const std::string bytes{static_cast<char>(a), static_cast<char>(b), 'x'};
            EXPECT_EQ(from_byte_text(to_byte_text(bytes)), bytes);
        }
    }
    for (const std::string_view own : {"\xEF\x9E\x80", "\xEF\x9F\xBF", "\xEF\x9E", "\xEF"}) {
        EXPECT_EQ(from_byte_text(to_byte_text(own)), own);
        EXPECT_FALSE(is_plain_text(own));
    }
}

}  // namespace
}  // namespace sloth
