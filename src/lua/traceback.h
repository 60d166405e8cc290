// Errors of scripts as text.
#pragma once

#include <lua.hpp>
#include <string>

namespace sloth::lua {

// The message handler of a run: writes message and script frames into the run's error.
int on_error(lua_State* L);

// An error value as a sentence: strings as they are, tables by __tostring, anything else by its
// type. Calls the script; only where Lua catches errors.
std::string describe_error(lua_State* L, int index);

}  // namespace sloth::lua
