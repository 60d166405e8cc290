// The options of watcher.register.*: what scripts write, made into a watcher. Every mistake raises
// a Lua error that says which function, which option and what it takes.
#pragma once

#include <lua.hpp>
#include <string>
#include <string_view>

#include "domain/watcher_types.h"

namespace sloth::lua {

struct WatcherOptions {
    std::string agent;
    std::string spec;  // JSON with what was said and no more, its keys sorted
};

// Of the table at `index`. The function that a script has called is "watcher.register.<type>".
WatcherOptions watcher_options(lua_State* L, int index, const WatcherType& type);

// The agent that the value on top of the stack names, a name or a table with one; nil: the event's.
std::string check_agent(lua_State* L, std::string_view function);

}  // namespace sloth::lua
