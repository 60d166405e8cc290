#include "crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/check.h"
#include "crypto/seal.h"

namespace sloth::crypto {
namespace {

constexpr std::array kKinds{Digest::md5, Digest::sha1, Digest::sha256, Digest::sha512};

const EVP_MD* algorithm(Digest kind) {
    switch (kind) {
        case Digest::md5:
            return EVP_md5();
        case Digest::sha1:
            return EVP_sha1();
        case Digest::sha256:
            return EVP_sha256();
        case Digest::sha512:
            return EVP_sha512();
    }
    return nullptr;
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string to_text(const std::array<unsigned char, EVP_MAX_MD_SIZE>& bytes, unsigned size) {
    return {reinterpret_cast<const char*>(bytes.data()), size};
}

}  // namespace

std::optional<Digest> parse_digest(std::string_view name) {
    if (name == "md5") return Digest::md5;
    if (name == "sha1") return Digest::sha1;
    if (name == "sha256") return Digest::sha256;
    if (name == "sha512") return Digest::sha512;
    return std::nullopt;
}

std::string digest(Digest kind, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    CHECK(EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, algorithm(kind), nullptr) == 1);
    return to_text(out, size);
}

std::string hmac(Digest kind, std::string_view key, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    // A null key would mean "the one before".
    const char* begin = key.empty() ? "" : key.data();
    CHECK(HMAC(algorithm(kind), begin, static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
               out.data(), &size) != nullptr);
    return to_text(out, size);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void warm_up() {
    for (const Digest kind : kKinds) hmac(kind, "key", digest(kind, "text"));
    const std::string key(kSealKey, 'k');
    const auto opened = open_sealed(key, seal(key, std::string(kSealNonce, 'n'), "text"));
    CHECK(opened.has_value());
}

}  // namespace sloth::crypto
