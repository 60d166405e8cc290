// What a run keeps in Lua and no script ever sees: one table in the registry, made at the first
// use with room for all, since a registry that grows entry by entry costs every run. For the C
// functions of the run; raises nothing but want of memory.
#pragma once

#include <lua.hpp>

namespace sloth::lua {

enum class Private : lua_Integer {
    globals = 1,  // the metatable of the table of globals
    event,        // the event's table
    modules,      // name -> module, of those made so far
    array_mark,   // the metatable of tables that were JSON arrays
};

// Pushes what is kept, or nil; gives its type.
int push_private(lua_State* L, Private key);

// Keeps the value on top, and leaves it there.
void keep_private(lua_State* L, Private key);

}  // namespace sloth::lua
