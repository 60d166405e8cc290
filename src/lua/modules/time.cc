// time: the clock, and waiting without holding anything up.
#include <cmath>

#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect.h"
#include "lua/modules.h"

namespace sloth::lua {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;

// time.now() -> seconds since 1970 with a fraction
int now(lua_State* L) {
    const int64_t us = to_micros(context(L).clock.wall());
    lua_pushnumber(L, static_cast<lua_Number>(us) / static_cast<lua_Number>(kMicrosPerSecond));
    return 1;
}

// time.unix() -> whole seconds since 1970
int unix_seconds(lua_State* L) {
    lua_pushinteger(L, to_micros(context(L).clock.wall()) / kMicrosPerSecond);
    return 1;
}

// time.sleep(seconds, or "250ms")
int sleep(lua_State* L) {
    constexpr const char* kName = "time.sleep";
    if (lua_type(L, 1) == LUA_TSTRING && lua_isnumber(L, 1) == 0) {
        const Result<Micros> length = parse_duration(text_at(L, 1));
        if (!length) return luaL_error(L, "%s: %s", kName, length.error().message.c_str());
        lua_pushnumber(L, static_cast<lua_Number>(length->count()) /
                              static_cast<lua_Number>(kMicrosPerSecond));
        lua_replace(L, 1);
    }
    const lua_Number seconds = luaL_checknumber(L, 1);
    luaL_argcheck(L, std::isfinite(seconds) && seconds >= 0, 1, "seconds must be 0 or more");
    lua_pushnumber(L, seconds);
    return effect(L, EffectKind::sleep, kName, Arguments(L, kName).value(-1).take());
}

}  // namespace

int open_time(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"now", bound<now>},
        {"sleep", bound<sleep>},
        {"unix", bound<unix_seconds>},
        {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
