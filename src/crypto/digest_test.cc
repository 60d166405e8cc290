#include "crypto/digest.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace sloth::crypto {
namespace {

std::string hex_of(std::string_view name, std::string_view bytes) {
    return to_hex(digest(*parse_digest(name), bytes));
}

std::string hmac_of(std::string_view name, std::string_view key, std::string_view bytes) {
    return to_hex(hmac(*parse_digest(name), key, bytes));
}

// FIPS 180-4 (the examples of NIST's cryptographic standards page), and RFC 1321, A.5 for MD5.
TEST(Digest, has_the_vectors_of_its_standards) {
    const std::string two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    EXPECT_EQ(hex_of("md5", ""), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(hex_of("md5", "message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
    EXPECT_EQ(hex_of("sha1", "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(hex_of("sha1", two_blocks), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    EXPECT_EQ(hex_of("sha256", "abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex_of("sha256", two_blocks),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(hex_of("sha256", std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    EXPECT_EQ(
        hex_of("sha512", "abc"),
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c"
        "23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    EXPECT_FALSE(parse_digest("sha3"));
    EXPECT_FALSE(parse_digest("SHA256"));
}

// RFC 2202 (test cases 1, 2, 3 and 6).
TEST(Hmac, has_the_vectors_of_rfc_2202) {
    const std::string b16(16, '\x0b');
    const std::string b20(20, '\x0b');
    EXPECT_EQ(hmac_of("md5", b16, "Hi There"), "9294727a3638bb1c13f48ef8158bfc9d");
    EXPECT_EQ(hmac_of("md5", "Jefe", "what do ya want for nothing?"),
              "750c783e6ab0b503eaa86e310a5db738");
    EXPECT_EQ(hmac_of("sha1", b20, "Hi There"), "b617318655057264e28bc0b6fb378c8ef146be00");
    EXPECT_EQ(hmac_of("sha1", "Jefe", "what do ya want for nothing?"),
              "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    EXPECT_EQ(hmac_of("sha1", std::string(20, '\xaa'), std::string(50, '\xdd')),
              "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
    EXPECT_EQ(hmac_of("sha1", std::string(80, '\xaa'),
                      "Test Using Larger Than Block-Size Key - Hash Key First"),
              "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

// RFC 4231 (test cases 1, 2, 3, 6 and 7).
TEST(Hmac, has_the_vectors_of_rfc_4231) {
    const std::string b20(20, '\x0b');
    const std::string long_key(131, '\xaa');
    EXPECT_EQ(hmac_of("sha256", b20, "Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hmac_of("sha256", "Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hmac_of("sha256", std::string(20, '\xaa'), std::string(50, '\xdd')),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    EXPECT_EQ(hmac_of("sha256", long_key, "Test Using Larger Than Block-Size Key - Hash Key First"),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    EXPECT_EQ(hmac_of("sha256", long_key,
                      "This is a test using a larger than block-size key and a larger than "
                      "block-size data. The key needs to be hashed before being used by the HMAC "
                      "algorithm."),
              "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
    EXPECT_EQ(
        hmac_of("sha512", b20, "Hi There"),
        "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b27"
        "4eaea3f4e4be9d914eeb61f1702e696c203a126854");
    EXPECT_EQ(
        hmac_of("sha512", "Jefe", "what do ya want for nothing?"),
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f"
        "65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

TEST(Hmac, takes_an_empty_key) {
    EXPECT_EQ(hmac_of("sha256", "", ""),
              "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Compare, tells_equal_texts_from_others) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
}

}  // namespace
}  // namespace sloth::crypto
