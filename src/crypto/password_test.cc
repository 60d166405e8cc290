#include "crypto/password.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace sloth::crypto {
namespace {

const std::string kSalt("0123456789abcdef");

// From the test suites of crypt_blowfish (openwall) and of jBCrypt.
TEST(Bcrypt, knows_the_vectors_of_others) {
    const std::pair<const char*, const char*> vectors[] = {
        {"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
        {"U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"},
        {"U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"},
        {"abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"},
        {"abcdefghijklmnopqrstuvwxyz",
         "$2a$08$aTsUwsyowQuzRrDqFflhgekJ8d9/7Z3GV3UcgvzQW3J5zMyrTvlz."},
        {"~!@#$%^&*()      ~!@#$%^&*()PNBFRD",
         "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO"},
    };
    for (const auto& [password, hash] : vectors) {
        EXPECT_TRUE(bcrypt_check(password, hash).value()) << hash;
        EXPECT_FALSE(bcrypt_check(std::string(password) + "x", hash).value()) << hash;
    }
}

TEST(Bcrypt, checks_what_it_made) {
    const std::string hash = bcrypt_hash("correct horse", kLeastBcryptCost, kSalt).value();
    EXPECT_TRUE(hash.starts_with("$2b$10$"));
    EXPECT_EQ(hash.size(), 60u);
    EXPECT_TRUE(bcrypt_check("correct horse", hash).value());
    EXPECT_FALSE(bcrypt_check("correct horsf", hash).value());
    EXPECT_FALSE(bcrypt_check("", hash).value());
    EXPECT_FALSE(bcrypt_check(std::string_view("correct horse\0", 14), hash).value());
    EXPECT_FALSE(bcrypt_check(std::string(73, 'x'), hash).value());
    EXPECT_NE(bcrypt_hash("correct horse", kLeastBcryptCost, "another salt 16b").value(), hash);
}

TEST(Bcrypt, refuses_what_is_weak_absurd_or_no_hash) {
    EXPECT_EQ(bcrypt_hash("x", 9, kSalt).error().message, "the cost of bcrypt is 10 to 15, not 9");
    EXPECT_FALSE(bcrypt_hash("x", 16, kSalt));
    const std::string why = "bcrypt takes passwords of 1 to 72 bytes without a zero byte";
    EXPECT_EQ(bcrypt_hash("", 10, kSalt).error().message, why);
    EXPECT_EQ(bcrypt_hash(std::string(73, 'x'), 10, kSalt).error().message, why);
    EXPECT_EQ(bcrypt_hash(std::string_view("a\0b", 3), 10, kSalt).error().message, why);
    const std::string hash = "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    EXPECT_EQ(bcrypt_check("x", hash).error().message,
              "the bcrypt hash has a cost of 31, more than 15");
    for (const char* bad :
         {"", "x", "$2b$", "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
          "$2b$0x$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
          "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
          "$2b$05$CCCCCCCCCCCCCCCCCCCCC:E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$6$salt$hash"})
        EXPECT_EQ(bcrypt_check("x", bad).error().message, "this is no bcrypt hash") << bad;
}

// RFC 7914, section 12 (the fourth takes a gigabyte).
TEST(Scrypt, has_the_vectors_of_its_standard) {
    EXPECT_EQ(
        to_hex(scrypt("", "", {.ln = 4, .r = 1, .p = 1}, 64).value()),
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a"
        "0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
    EXPECT_EQ(
        to_hex(scrypt("password", "NaCl", {.ln = 10, .r = 8, .p = 16}, 64).value()),
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff10927"
        "9d9830dac727afb94a83ee6d8360cbdfa2cc0640");
    EXPECT_EQ(
        to_hex(scrypt("pleaseletmein", "SodiumChloride", {.ln = 14, .r = 8, .p = 1}, 64).value()),
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705"
        "242a9af9e61e85dc0d651e40dfcf017b45575887");
}

TEST(Scrypt, checks_what_it_made) {
    const std::string hash = scrypt_hash("correct horse", kLeastScryptCost, kSalt).value();
    EXPECT_TRUE(hash.starts_with("$scrypt$ln=14,r=8,p=5$MDEyMzQ1Njc4OWFiY2RlZg$")) << hash;
    EXPECT_TRUE(scrypt_check("correct horse", hash).value());
    EXPECT_FALSE(scrypt_check("correct horsf", hash).value());
    EXPECT_FALSE(scrypt_check("", hash).value());
    // From the documentation of Python's passlib.
    EXPECT_TRUE(scrypt_check("password",
                             "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$"
                             "nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E")
                    .value());
}

TEST(Scrypt, refuses_what_is_weak_absurd_or_no_hash) {
    EXPECT_EQ(scrypt_hash("x", 13, kSalt).error().message,
              "the cost of scrypt is 14 to 16, not 13");
    EXPECT_FALSE(scrypt_hash("x", 17, kSalt));
    EXPECT_FALSE(scrypt_hash("", 14, kSalt));
    const std::string end = "$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";
    for (const char* numbers : {"ln=17,r=8,p=1", "ln=16,r=8,p=3", "ln=63,r=8,p=1", "ln=0,r=8,p=1",
                                "ln=14,r=8,p=0", "ln=-1,r=8,p=1", "ln=14,r=99999,p=1"})
        EXPECT_NE(scrypt_check("x", "$scrypt$" + std::string(numbers) + end)
                      .error()
                      .message.find("takes too much"),
                  std::string::npos)
            << numbers;
    for (const char* bad : {"", "$scrypt$", "$scrypt$ln=14", "$scrypt$ln=14,r=8,p=1$c2FsdA",
                            "$scrypt$ln=14,r=8,p=1$c2FsdA$", "$scrypt$ln=14,r=8,p=1$*$aGFzaA",
                            "$scrypt$ln=x,r=8,p=1$c2FsdA$aGFzaA", "$2b$10$"})
        EXPECT_EQ(scrypt_check("x", bad).error().message, "this is no scrypt hash") << bad;
}

}  // namespace
}  // namespace sloth::crypto
