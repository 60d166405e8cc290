#include "crypto/seal.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace sloth::crypto {
namespace {

std::string bytes(std::string_view hex) { return *from_hex(hex); }

// Ciphertext and tag, as the vectors have them.
std::string body(std::string_view key, std::string_view nonce, std::string_view text,
                 std::string_view context = "") {
    return to_hex(
        seal(bytes(key), bytes(nonce), bytes(text), bytes(context)).substr(1 + kSealNonce));
}

// The GCM specification (McGrew, Viega), appendix B, test cases 13 to 16, as SP 800-38D refers to.
TEST(Seal, has_the_vectors_of_the_gcm_specification) {
    const std::string zeros(64, '0');
    EXPECT_EQ(body(zeros, "000000000000000000000000", ""), "530f8afbc74536b9a963b4f1c4cb738b");
    EXPECT_EQ(body(zeros, "000000000000000000000000", "00000000000000000000000000000000"),
              "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
    const std::string key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
    const std::string nonce = "cafebabefacedbaddecaf888";
    const std::string text =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449"
        "a6"
        "b525b16aedf5aa0de657ba637b391aafd255";
    const std::string cipher =
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056"
        "82"
        "8838c5f61e6393ba7a0abcc9f662898015ad";
    EXPECT_EQ(body(key, nonce, text), cipher + "b094dac5d93471bdec1a502270e3cc6c");
    EXPECT_EQ(body(key, nonce, text.substr(0, 120), "feedfacedeadbeeffeedfacedeadbeefabaddad2"),
              cipher.substr(0, 120) + "76fc6ece0f4e1768cddf8853bb2d551b");
}

TEST(Seal, opens_only_what_was_sealed) {
    const std::string key(kSealKey, 'k');
    const std::string sealed = seal(key, std::string(kSealNonce, 'n'), "secret", "context");
    EXPECT_EQ(open_sealed(key, sealed, "context").value(), "secret");
    EXPECT_EQ(sealed.find("secret"), std::string::npos);
    EXPECT_EQ(open_sealed(key, seal(key, std::string(kSealNonce, 'n'), "")).value(), "");
    EXPECT_FALSE(open_sealed(std::string(kSealKey, 'x'), sealed, "context"));
    EXPECT_FALSE(open_sealed(key, sealed, "other"));
    EXPECT_FALSE(open_sealed(key, sealed));
    for (size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(open_sealed(key, changed, "context")) << i;
        EXPECT_FALSE(open_sealed(key, sealed.substr(0, i), "context")) << i;
    }
    EXPECT_EQ(open_sealed(key, "short").error().message, "this is no encrypted text");
}

}  // namespace
}  // namespace sloth::crypto
