#include "crypto/secret_box.h"

#include <sodium.h>

#include <vector>

#include "base/check.h"

namespace sloth {
namespace {

constexpr size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(SecretKey::kBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

using Bytes = std::vector<unsigned char>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hex(const unsigned char* bytes, size_t size) {
    std::string out(size * 2 + 1, '\0');
    sodium_bin2hex(out.data(), out.size(), bytes, size);
    out.pop_back();
    return out;
}

// The bytes that all of `text` stands for; nothing if it is no hex.
bool unhex(std::string_view text, unsigned char* out, size_t size) {
    size_t got = 0;
    const int bad = sodium_hex2bin(out, size, text.data(), text.size(), nullptr, &got, nullptr);
    return bad == 0 && got == size && text.size() == 2 * size;
}

}  // namespace

SecretKey SecretKey::generate() {
    CHECK(sodium_init() >= 0);
    SecretKey key;
    randombytes_buf(key.bytes_.data(), kBytes);
    return key;
}

Result<SecretKey> SecretKey::from_hex(std::string_view text) {
    CHECK(sodium_init() >= 0);
    SecretKey key;
    if (unhex(text, key.bytes_.data(), kBytes)) return key;
    return fail(Code::invalid, "a key has {} hex digits", 2 * kBytes);
}

SecretKey::~SecretKey() { sodium_memzero(bytes_.data(), kBytes); }

std::string SecretKey::to_hex() const { return hex(bytes_.data(), kBytes); }

std::string SecretKey::id() const {
    constexpr size_t kIdBytes = 8;
    std::array<unsigned char, crypto_generichash_BYTES> hash{};
    crypto_generichash(hash.data(), hash.size(), bytes_.data(), kBytes, nullptr, 0);
    return hex(hash.data(), kIdBytes);
}

std::string SecretKey::seal(std::string_view value, std::string_view place) const {
    Bytes out(kNonce + value.size() + kTag);
    randombytes_buf(out.data(), kNonce);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + kNonce, nullptr, bytes_of(value),
                                               value.size(), bytes_of(place), place.size(), nullptr,
                                               out.data(), bytes_.data());
    return hex(out.data(), out.size());
}

Result<std::string> SecretKey::open(std::string_view sealed, std::string_view place) const {
    Bytes bytes(sealed.size() / 2);
    if (bytes.size() >= kNonce + kTag && unhex(sealed, bytes.data(), bytes.size())) {
        std::string out(bytes.size() - kNonce - kTag, '\0');
        const int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(
            reinterpret_cast<unsigned char*>(out.data()), nullptr, nullptr, bytes.data() + kNonce,
            bytes.size() - kNonce, bytes_of(place), place.size(), bytes.data(), bytes_.data());
        if (bad == 0) return out;
    }
    return fail(Code::failed, "the value does not open with this key");
}

}  // namespace sloth
