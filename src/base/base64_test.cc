#include "base/base64.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace sloth {
namespace {

// RFC 4648, section 10.
TEST(Base64, has_the_vectors_of_its_standard) {
    const std::pair<const char*, const char*> vectors[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(to_base64(bytes), text);
        EXPECT_EQ(from_base64(text).value(), bytes);
    }
}

TEST(Base64, has_an_alphabet_for_urls) {
    const std::string bytes = "\xFB\xEF\xFF\xFE";
    EXPECT_EQ(to_base64(bytes), "++///g==");
    EXPECT_EQ(to_base64(bytes, Base64::url), "--___g");
    EXPECT_EQ(from_base64("--___g", Base64::url).value(), bytes);
    EXPECT_EQ(from_base64("--___g==", Base64::url).value(), bytes);
    EXPECT_FALSE(from_base64("++///g==", Base64::url));
    EXPECT_FALSE(from_base64("--___g"));
}

TEST(Base64, takes_text_without_padding_and_refuses_what_is_none) {
    EXPECT_EQ(from_base64("Zg").value(), "f");
    for (const char* bad :
         {"Z", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v\n", "Zm 9v", "=", "====", "Zg==Zg=="})
        EXPECT_FALSE(from_base64(bad)) << bad;
    EXPECT_EQ(from_base64("Zm9*").error().message, "not base64: character 4 is none");
}

TEST(Hex, goes_both_ways) {
    const std::string bytes("\x00\x7f\xff\x1b", 4);
    EXPECT_EQ(to_hex(bytes), "007fff1b");
    EXPECT_EQ(from_hex("007fFF1B").value(), bytes);
    EXPECT_EQ(from_hex("").value(), "");
    EXPECT_FALSE(from_hex("abc"));
    EXPECT_EQ(from_hex("0g").error().message, "not hex: character 2 is no digit");
}

}  // namespace
}  // namespace sloth
