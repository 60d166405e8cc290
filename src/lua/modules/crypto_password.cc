// Slow on purpose: the broker does it, and the hook waits.
#include "base/hex.h"
#include "crypto/password.h"
#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/context.h"
#include "lua/effect.h"
#include "lua/modules/crypto.h"
#include "lua/randomness.h"

namespace sloth::lua {
namespace {

int ask_for_hash(lua_State* L, const char* name, std::string_view algorithm, lua_Integer cost) {
    const std::string_view password = check_text(L, 1);
    const std::string salt = random_bytes(context(L).random, crypto::kPasswordSalt);
    lua_pushinteger(L, cost);
    return effect(
        L, EffectKind::password_hash, name,
        Arguments(L, name).text(algorithm).text(password).value(-1).text(to_hex(salt)).take());
}

int ask_for_check(lua_State* L, const char* name, std::string_view algorithm) {
    const std::string_view password = check_text(L, 1);
    const std::string_view hash = check_text(L, 2);
    return effect(L, EffectKind::password_check, name,
                  Arguments(L, name).text(algorithm).text(password).text(hash).take());
}

}  // namespace

// crypto.bcrypt_hash(password [, cost = 12]) -> hash | nil, message
int crypto_bcrypt_hash(lua_State* L) {
    check_text(L, 1);
    const auto cost = optional_integer(L, 2, crypto::kLeastBcryptCost, crypto::kMostBcryptCost);
    return ask_for_hash(L, "crypto.bcrypt_hash", "bcrypt", cost.value_or(crypto::kUsualBcryptCost));
}

// crypto.bcrypt_check(password, hash) -> whether it is that one | nil, message
int crypto_bcrypt_check(lua_State* L) { return ask_for_check(L, "crypto.bcrypt_check", "bcrypt"); }

// crypto.scrypt_hash(password [, cost = 15]) -> hash | nil, message
int crypto_scrypt_hash(lua_State* L) {
    check_text(L, 1);
    const auto cost = optional_integer(L, 2, crypto::kLeastScryptCost, crypto::kMostScryptCost);
    return ask_for_hash(L, "crypto.scrypt_hash", "scrypt", cost.value_or(crypto::kUsualScryptCost));
}

// crypto.scrypt_check(password, hash) -> whether it is that one | nil, message
int crypto_scrypt_check(lua_State* L) { return ask_for_check(L, "crypto.scrypt_check", "scrypt"); }

}  // namespace sloth::lua
