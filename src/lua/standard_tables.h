// Lua's own library tables without what would leave the sandbox. Each pushes one table.
#pragma once

#include <lua.hpp>

namespace sloth::lua {

int open_debug(lua_State* L);   // traceback only
int open_math(lua_State* L);    // seeded from the delivery
int open_os(lua_State* L);      // time, clock, date, difftime, getenv (nil)
int open_string(lua_State* L);  // no dump; gsub can wait; the same table each time
int open_table(lua_State* L);
int open_utf8(lua_State* L);

// Arithmetic and, from the first call on, methods: the library is made then. Scripts cannot reach
// it.
void install_string_metatable(lua_State* L);

}  // namespace sloth::lua
