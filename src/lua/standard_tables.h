// Lua's own library tables without what would leave the sandbox. Each pushes one table.
#pragma once

#include <lua.hpp>

namespace sloth::lua {

int open_debug(lua_State* L);   // traceback only
int open_math(lua_State* L);    // seeded from the delivery
int open_os(lua_State* L);      // time, clock, date, difftime, getenv (nil)
int open_string(lua_State* L);  // no dump; gsub can wait; the metatable of strings is locked
int open_table(lua_State* L);
int open_utf8(lua_State* L);

}  // namespace sloth::lua
