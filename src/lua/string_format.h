// string.format as scripts written for Lua 5.1 expect it: %d and its like take a number with a
// fraction (and cut it), %s shows values as tostring does, %p gives no address.
#pragma once

#include <lua.hpp>

namespace sloth::lua {

int string_format(lua_State* L);

}  // namespace sloth::lua
