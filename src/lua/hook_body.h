// The hook itself, as the first function of a run's coroutine: installs the globals, loads the
// script, finds what to call in its three forms, calls it and reads what it returned. Everything
// that can raise for want of memory happens inside it, where Lua catches it.
#pragma once

#include <lua.hpp>

#include "lua/context.h"

namespace sloth::lua {

// A lua_CFunction; the outcome is in the Context.
int hook_body(lua_State* L);

// The outcome of a run that was ended from outside of its script.
void conclude_ending(Context& run);

}  // namespace sloth::lua
