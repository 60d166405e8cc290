// Asking the broker for something: the coroutine yields and goes on with the answer. Called by
// module functions, as their last act.
#pragma once

#include <string>

#include "lua/context.h"

namespace sloth::lua {

// `name` is how scripts call it ("state.get") and must live as long as the program. Raises where
// the run cannot wait.
int effect(lua_State* L, EffectKind kind, const char* name, std::string args);

// Raises as `effect` would: for functions that do work before they ask.
void check_can_wait(lua_State* L, const char* name);

// How large the arguments of one call may be, as JSON.
constexpr size_t kMaxEffectArgs = 4 << 20;

}  // namespace sloth::lua
