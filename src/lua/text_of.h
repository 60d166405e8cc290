// Values as scripts see them in tostring, print, log and string.format("%s"): as Lua 5.1 shows
// them, so a whole number has no ".0" whatever its type, and without addresses, so a script learns
// nothing of the worker's memory and prints the same in each attempt. (`..` cannot be changed: it
// shows 3.0 as "3.0".)
#pragma once

#include <lua.hpp>
#include <string>

namespace sloth::lua {

// Pushes the text; calls __tostring. May raise.
void push_text_of(lua_State* L, int index);
std::string text_of(lua_State* L, int index);

// Pushes "table: 0x00000003" for the third object that this run has asked it for.
void push_identity(lua_State* L, int index);

}  // namespace sloth::lua
