// The parts of the module crypto that stand in files of their own. Each is a bound function.
#pragma once

#include <lua.hpp>

namespace sloth::lua {

// crypto_random.cc
int crypto_uuid_v4(lua_State* L);
int crypto_uuid_v7(lua_State* L);
int crypto_random_bytes(lua_State* L);
int crypto_random_string(lua_State* L);
int crypto_generate_password(lua_State* L);

// crypto_password.cc
int crypto_bcrypt_hash(lua_State* L);
int crypto_bcrypt_check(lua_State* L);
int crypto_scrypt_hash(lua_State* L);
int crypto_scrypt_check(lua_State* L);

}  // namespace sloth::lua
