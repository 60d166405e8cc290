// Lengths of time in options: a number of seconds, or a duration as people write it ("1m30s").
#pragma once

#include "lua/fields.h"

namespace sloth::lua {

// Pushes the seconds of the field as a number, more than none; false, and nothing on the stack, if
// it is not there.
bool push_seconds(lua_State* L, Fields& fields, const char* field);

// Of the argument at `index`; nothing for an absent one.
std::optional<double> optional_seconds(lua_State* L, int index);

}  // namespace sloth::lua
