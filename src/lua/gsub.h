// string.gsub, except that effects and slices work inside a replacement function and inside the
// __index of a replacement table. Results are those of Lua's own.
#pragma once

#include <lua.hpp>

namespace sloth::lua {

int gsub(lua_State* L);

}  // namespace sloth::lua
