// How a C++ function becomes a Lua function. Exceptions of the C++ library become Lua errors after
// their catch block has been left; Lua's own errors, which are thrown too, pass through it and run
// the destructors on their way.
#pragma once

#include <cstdio>
#include <exception>
#include <lua.hpp>
#include <new>
#include <string_view>

#include "lua/check.h"
#include "lua/limits.h"

namespace sloth::lua {

inline void push(lua_State* L, std::string_view text) {
    lua_pushlstring(L, text.data(), text.size());
}

// Valid while the value stays on the stack; only for strings (numbers are left as they are).
inline std::string_view text_at(lua_State* L, int index) {
    size_t size = 0;
    const char* text = lua_tolstring(L, index, &size);
    return {text, size};
}

template <int (*kFunction)(lua_State*)>
int bound(lua_State* L) {
    char message[160];
    try {
        return kFunction(L);
    } catch (const std::bad_alloc&) {
        message[0] = '\0';
    } catch (const std::exception& e) {
        std::snprintf(message, sizeof message, "%s", e.what());
    }
    // No memory on our own side is no fault of the script's.
    if (message[0] == '\0') return end_run(L, Ending::worker_memory);
    return luaL_error(L, "%s", message);
}

template <int (*kFunction)(lua_State*, int, lua_KContext)>
int bound_continuation(lua_State* L, int status, lua_KContext ctx) {
    char message[160];
    try {
        return kFunction(L, status, ctx);
    } catch (const std::bad_alloc&) {
        message[0] = '\0';
    } catch (const std::exception& e) {
        std::snprintf(message, sizeof message, "%s", e.what());
    }
    // No memory on our own side is no fault of the script's.
    if (message[0] == '\0') return end_run(L, Ending::worker_memory);
    return luaL_error(L, "%s", message);
}

}  // namespace sloth::lua
