// The text of a hook as a function, compiled once in a worker's life. The first run that compiles
// it keeps the bytecode beside the text in the worker's own memory; later runs load that, which
// takes a tenth of the time. Nobody else can load bytecode: neither `load` takes it nor does
// anything come from outside the process, and no script reaches the memory where it is kept, or has
// run in the state whose compiler made it. One worker, one thread.
#pragma once

#include <lua.hpp>

#include "lua/context.h"

namespace sloth::lua {

// Pushes the function and gives LUA_OK, or pushes the message and gives its status. `keep`: the
// text will be run again; nothing of the script has run in this state yet.
int load_compiled(lua_State* L, const HookSource& source, bool keep);

}  // namespace sloth::lua
