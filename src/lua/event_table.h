// The event as scripts see it.
#pragma once

#include "lua/context.h"

namespace sloth::lua {

// Pushes the table: id, type, timestamp, data, agent, task... and the functions that dispatch, so
// that the global `event` is both the event and the module.
void push_event(lua_State* L, const RunFrame& frame);

// Pushes the name of the agent that the event came from, as the script may have changed it; nil if
// there is none.
void push_event_agent(lua_State* L);

// Pushes the table watcher.register, which is event.register as well.
void push_register(lua_State* L);

// Adds dispatch, dispatch_custom, dispatch_file and flush to the table on top.
void set_dispatch_functions(lua_State* L);

}  // namespace sloth::lua
