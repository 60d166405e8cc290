// crypto: digests, encodings, encryption, chance and passwords. Digests are hex, lower case.
#include "lua/modules/crypto.h"

#include "base/base64.h"
#include "base/hex.h"
#include "crypto/digest.h"
#include "crypto/seal.h"
#include "lua/binding.h"
#include "lua/context.h"
#include "lua/modules.h"
#include "lua/randomness.h"

namespace sloth::lua {
namespace {

using crypto::Digest;

int push_digest(lua_State* L, const std::string& bytes) {
    push(L, to_hex(bytes));
    return 1;
}

int push_decoded(lua_State* L, const Result<std::string>& bytes) {
    if (!bytes) return give_failure(L, bytes.error().message);
    push(L, *bytes);
    return 1;
}

Digest check_digest(lua_State* L, int index) {
    const auto kind = crypto::parse_digest(check_text(L, index));
    if (!kind) argument_error(L, index, "md5, sha1, sha256 or sha512 expected");
    return *kind;
}

// crypto.sha256(text) -> digest
template <Digest kKind>
int digest(lua_State* L) {
    return push_digest(L, crypto::digest(kKind, check_text(L, 1)));
}

// crypto.hash(algorithm, text) -> digest
int hash(lua_State* L) {
    const Digest kind = check_digest(L, 1);
    return push_digest(L, crypto::digest(kind, check_text(L, 2)));
}

// crypto.hmac(algorithm, key, text) -> digest
int hmac(lua_State* L) {
    const Digest kind = check_digest(L, 1);
    const std::string_view key = check_text(L, 2);
    return push_digest(L, crypto::hmac(kind, key, check_text(L, 3)));
}

// crypto.base64_encode(text) -> text
template <Base64 kAlphabet>
int base64_encode(lua_State* L) {
    push(L, to_base64(check_text(L, 1), kAlphabet));
    return 1;
}

// crypto.base64_decode(text) -> text | nil, message
template <Base64 kAlphabet>
int base64_decode(lua_State* L) {
    return push_decoded(L, from_base64(check_text(L, 1), kAlphabet));
}

// crypto.hex_encode(text) -> text
int hex_encode(lua_State* L) { return push_digest(L, std::string(check_text(L, 1))); }

// crypto.hex_decode(text) -> text | nil, message
int hex_decode(lua_State* L) { return push_decoded(L, from_hex(check_text(L, 1))); }

// crypto.compare(a, b) -> whether they are the same
int compare(lua_State* L) {
    const std::string_view a = check_text(L, 1);
    lua_pushboolean(L, crypto::equal_in_constant_time(a, check_text(L, 2)) ? 1 : 0);
    return 1;
}

// 32 bytes are a key; anything else is hashed to one, and is as strong as it is.
std::string check_key(lua_State* L, int index) {
    const std::string_view key = check_text(L, index);
    if (key.empty()) argument_error(L, index, "a key expected, got an empty string");
    if (key.size() == crypto::kSealKey) return std::string(key);
    return crypto::digest(Digest::sha256, key);
}

// crypto.aes_encrypt(key, text) -> base64
int aes_encrypt(lua_State* L) {
    const std::string key = check_key(L, 1);
    const std::string_view text = check_text(L, 2);
    const std::string nonce = random_bytes(context(L).random, crypto::kSealNonce);
    push(L, to_base64(crypto::seal(key, nonce, text)));
    return 1;
}

// crypto.aes_decrypt(key, base64) -> text | nil, message
int aes_decrypt(lua_State* L) {
    const std::string key = check_key(L, 1);
    const Result<std::string> sealed = from_base64(check_text(L, 2));
    if (!sealed) return give_failure(L, "this is no encrypted text");
    return push_decoded(L, crypto::open_sealed(key, *sealed));
}

}  // namespace

int open_crypto(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"aes_decrypt", bound<aes_decrypt>},
        {"aes_encrypt", bound<aes_encrypt>},
        {"base64_decode", bound<base64_decode<Base64::standard>>},
        {"base64_encode", bound<base64_encode<Base64::standard>>},
        {"base64url_decode", bound<base64_decode<Base64::url>>},
        {"base64url_encode", bound<base64_encode<Base64::url>>},
        {"bcrypt_check", bound<crypto_bcrypt_check>},
        {"bcrypt_hash", bound<crypto_bcrypt_hash>},
        {"compare", bound<compare>},
        {"generate_password", bound<crypto_generate_password>},
        {"hash", bound<hash>},
        {"hex_decode", bound<hex_decode>},
        {"hex_encode", bound<hex_encode>},
        {"hmac", bound<hmac>},
        {"md5", bound<digest<Digest::md5>>},
        {"random_bytes", bound<crypto_random_bytes>},
        {"random_string", bound<crypto_random_string>},
        {"scrypt_check", bound<crypto_scrypt_check>},
        {"scrypt_hash", bound<crypto_scrypt_hash>},
        {"sha1", bound<digest<Digest::sha1>>},
        {"sha256", bound<digest<Digest::sha256>>},
        {"sha512", bound<digest<Digest::sha512>>},
        {"uuid", bound<crypto_uuid_v4>},
        {"uuid_v4", bound<crypto_uuid_v4>},
        {"uuid_v7", bound<crypto_uuid_v7>},
        {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
