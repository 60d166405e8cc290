#include "crypto/seal.h"

#include <openssl/evp.h>

#include <memory>

#include "base/check.h"

namespace sloth::crypto {
namespace {

constexpr char kVersion = 1;
constexpr size_t kTag = 16;
constexpr size_t kHeader = 1 + kSealNonce;

struct Free {
    void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

const unsigned char* in(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* out(char* text) { return reinterpret_cast<unsigned char*>(text); }
int length(std::string_view text) {
    CHECK(text.size() <= INT32_MAX);
    return static_cast<int>(text.size());
}

}  // namespace

std::string seal(std::string_view key, std::string_view nonce, std::string_view text,
                 std::string_view context) {
    CHECK(key.size() == kSealKey && nonce.size() == kSealNonce);
    std::string sealed(1, kVersion);
    sealed.append(nonce);
    sealed.resize(kHeader + text.size() + kTag);
    const Context cipher(EVP_CIPHER_CTX_new());
    int size = 0;
    char* body = sealed.data() + kHeader;
    CHECK(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, in(key), in(nonce)) == 1);
    if (!context.empty())
        CHECK(EVP_EncryptUpdate(cipher.get(), nullptr, &size, in(context), length(context)) == 1);
    CHECK(EVP_EncryptUpdate(cipher.get(), out(body), &size, in(text), length(text)) == 1);
    CHECK(EVP_EncryptFinal_ex(cipher.get(), out(body) + size, &size) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTag, body + text.size()) == 1);
    return sealed;
}

Result<std::string> open_sealed(std::string_view key, std::string_view sealed,
                                std::string_view context) {
    CHECK(key.size() == kSealKey);
    if (sealed.size() < kHeader + kTag || sealed.front() != kVersion)
        return fail(Code::invalid, "this is no encrypted text");
    const std::string_view nonce = sealed.substr(1, kSealNonce);
    const std::string_view body = sealed.substr(kHeader, sealed.size() - kHeader - kTag);
    std::string tag(sealed.substr(sealed.size() - kTag));
    std::string text(body.size(), '\0');
    const Context cipher(EVP_CIPHER_CTX_new());
    int size = 0;
    CHECK(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, in(key), in(nonce)) == 1);
    if (!context.empty())
        CHECK(EVP_DecryptUpdate(cipher.get(), nullptr, &size, in(context), length(context)) == 1);
    CHECK(EVP_DecryptUpdate(cipher.get(), out(text.data()), &size, in(body), length(body)) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) == 1);
    if (EVP_DecryptFinal_ex(cipher.get(), out(text.data()) + size, &size) == 1) return text;
    return fail(Code::invalid, "the key is another one, or the encrypted text was changed");
}

}  // namespace sloth::crypto
