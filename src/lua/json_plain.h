// Reads the usual JSON straight into Lua, several times as fast as the reader of json_read.h: no
// \u in strings, no number beyond 18 digits, no deep nesting. It gives up on anything else, and on
// whatever is no JSON; the other reader then starts anew and says what is wrong. What both read is
// the same to scripts.
#pragma once

#include <lua.hpp>
#include <string_view>

namespace sloth::lua {

// Pushes the value; false with the stack as it was. Raises want of memory and of stack.
bool push_plain_json(lua_State* L, std::string_view text);

// A number with a fraction or an exponent; an integer if it is whole.
void push_json_number(lua_State* L, double value);

}  // namespace sloth::lua
