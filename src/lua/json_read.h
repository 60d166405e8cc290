// JSON text into Lua values, without a tree in between. Arrays carry a mark (a metatable of the
// run), so that an empty one stays an array when it is written again. null is nil: an absent field,
// or a hole. Integral numbers arrive as integers. May raise for want of memory.
#pragma once

#include <lua.hpp>
#include <string>
#include <string_view>

namespace sloth::lua {

// Pushes the value; on bad text pushes nothing and says why.
bool push_json(lua_State* L, std::string_view text, std::string& error);

// Pushes the elements of an array, an answer of the broker: strings are of any bytes
// (base/byte_text.h). Their number, or -1 and why not.
int push_json_values(lua_State* L, std::string_view text, std::string& error);

// Pushes the metatable that marks arrays.
void push_array_mark(lua_State* L);
bool is_marked_array(lua_State* L, int index);

}  // namespace sloth::lua
