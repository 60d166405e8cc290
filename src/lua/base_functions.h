// Global functions that differ from Lua's own: they keep the sandbox closed and the endings of a
// run out of the script's reach.
#pragma once

#include <lua.hpp>

namespace sloth::lua {

int base_collectgarbage(lua_State* L);  // "count" only
int base_contains(lua_State* L);        // contains(list, value)
int base_getmetatable(lua_State* L);
int base_load(lua_State* L);        // text only, bounded
int base_loadstring(lua_State* L);  // loadstring(text [, name])
int base_pcall(lua_State* L);
int base_print(lua_State* L);  // into the run's output
int base_require(lua_State* L);
int base_setmetatable(lua_State* L);  // no __gc
int base_tostring(lua_State* L);
int base_xpcall(lua_State* L);

}  // namespace sloth::lua
