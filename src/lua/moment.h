// Moments and lengths of time as scripts have them: seconds since 1970, and seconds, both with a
// fraction if need be. Instead of a moment there may be a text in RFC 3339's form, as event data
// has it; instead of a length one like "1h30m".
#pragma once

#include <chrono>
#include <cstdint>
#include <lua.hpp>

#include "base/time.h"

namespace sloth::lua {

struct Moment {
    int64_t seconds = 0;
    int nanos = 0;  // 0 to 999,999,999
};

// Years 0 to 9999; finer than a microsecond only from integers.
Moment check_moment(lua_State* L, int index);
Moment optional_moment(lua_State* L, int index);  // now, if there is none
std::chrono::nanoseconds check_length(lua_State* L, int index);

// A whole number if it is one.
void push_moment(lua_State* L, const Moment& moment);
void push_length(lua_State* L, std::chrono::nanoseconds length);

Moment now(lua_State* L);
Moment moved(lua_State* L, const Moment& moment, std::chrono::nanoseconds by);
std::chrono::nanoseconds between(const Moment& from, const Moment& to);

}  // namespace sloth::lua
