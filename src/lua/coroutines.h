// Flat coroutines: coroutine.resume and coroutine.wrap do not nest lua_resume but yield to the
// scheduler below, which keeps the chain of who resumed whom and resumes the innermost. So an
// effect or the end of a slice inside any coroutine suspends the whole run. Below a C function that
// Lua cannot yield across (a sort comparator, __tostring...) a resume nests after all; there
// effects are refused and slices do not end.
#pragma once

#include "lua/context.h"

namespace sloth::lua {

// What stopped the scheduler.
enum class Stop : uint8_t { slice, effect, ended, finished };

// Resumes the innermost coroutine and goes on until something stops it. `floor`: the length of the
// chain at which it has finished; 0 for the hook itself, whose last status is in run.transfer.
// `args` values have been pushed onto the innermost one.
Stop drive(Context& run, lua_State* from, size_t floor, int args);

// Pushes the table `coroutine`.
int open_coroutine(lua_State* L);

}  // namespace sloth::lua
