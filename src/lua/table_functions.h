// The functions of `table` with a bound on how many elements one call may touch: a table can say
// any length (__len), and C code that walks over it cannot be interrupted. And those that Lua 5.1
// had.
#pragma once

#include <lua.hpp>

namespace sloth::lua {

// More than any table within the usual memory limit holds.
constexpr lua_Integer kMaxElements = 10'000'000;

int table_concat(lua_State* L);
int table_getn(lua_State* L);
int table_insert(lua_State* L);
int table_maxn(lua_State* L);
int table_move(lua_State* L);
int table_remove(lua_State* L);
int table_unpack(lua_State* L);

}  // namespace sloth::lua
