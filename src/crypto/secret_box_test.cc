#include "crypto/secret_box.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(SecretBox, opens_what_it_sealed_for_the_same_place) {
    const SecretKey key = SecretKey::generate();
    for (const std::string& value :
         {std::string(), std::string("a\0b", 3), std::string(70'000, 'x')}) {
        EXPECT_EQ(key.open(key.seal(value, "prod/token"), "prod/token"), value);
        EXPECT_EQ(key.open(key.seal(value, "prod/token"), "test/token").error().code, Code::failed);
    }
    EXPECT_NE(key.seal("same", "p"), key.seal("same", "p"));
}

TEST(SecretBox, notices_every_changed_digit) {
    const SecretKey key = SecretKey::generate();
    const std::string sealed = key.seal("value", "p");
    for (size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = changed[i] == '0' ? '1' : '0';
        EXPECT_FALSE(key.open(changed, "p"));
        EXPECT_FALSE(key.open(std::string_view(sealed).substr(0, i), "p"));
    }
    EXPECT_FALSE(key.open(sealed + "00", "p"));
    EXPECT_FALSE(key.open("no hex", "p"));
    EXPECT_FALSE(SecretKey::generate().open(sealed, "p"));
}

TEST(SecretKey, comes_back_from_its_hex_digits) {
    const SecretKey key = SecretKey::generate();
    const auto same = SecretKey::from_hex(key.to_hex());
    ASSERT_TRUE(same);
    EXPECT_EQ(same->id(), key.id());
    EXPECT_EQ(same->open(key.seal("v", ""), ""), "v");
    EXPECT_NE(SecretKey::generate().id(), key.id());
    for (const char* bad : {"", "00", "zz"}) EXPECT_FALSE(SecretKey::from_hex(bad));
    EXPECT_FALSE(SecretKey::from_hex(key.to_hex() + "00"));
}

}  // namespace
}  // namespace sloth
