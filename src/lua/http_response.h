// What a script makes of an HTTP response.
#pragma once

#include <lua.hpp>

namespace sloth::lua {

// Completes the response at `index`, a table: the names of its headers fit in any case, and `json`
// is its body's value if that is JSON. Other values are left alone.
void complete_response(lua_State* L, int index);

}  // namespace sloth::lua
