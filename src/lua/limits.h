// Time limits inside a state: a count hook that looks at the clock. At the end of a slice it
// yields; at the deadline it yields and is never resumed, so that no script can catch it. Where Lua
// cannot yield it raises, at every instruction, until it can.
#pragma once

#include "lua/context.h"

namespace sloth::lua {

void watch_time(lua_State* L, const Limits& limits);

// Ends the run from a C function: yields for good, or raises where that is impossible.
int end_run(lua_State* L, Ending ending);

// The ending that a failed allocation calls for.
Ending memory_ending(const Context& run);

// "notify.lua:3" for the innermost Lua function; "" outside any.
std::string current_place(lua_State* L);

}  // namespace sloth::lua
