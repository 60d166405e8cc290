// event: new events. They become durable together with the run that makes them.
#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect.h"
#include "lua/event_table.h"
#include "lua/modules.h"

namespace sloth::lua {
namespace {

constexpr const char* kDispatch = "event.dispatch";
constexpr const char* kCustom = "event.dispatch_custom";
constexpr const char* kFile = "event.dispatch_file";
constexpr const char* kFlush = "event.flush";

int64_t unix_seconds(lua_State* L) { return to_micros(context(L).clock.wall()) / 1'000'000; }

// event.dispatch(type [, data [, {key = ...}]]) -> true, id | false, message
int dispatch(lua_State* L) {
    const std::string_view type = check_text(L, 1);
    lua_settop(L, 3);
    lua_newtable(L);  // 4: of the options only what the broker knows
    if (!lua_isnil(L, 3)) {
        luaL_checktype(L, 3, LUA_TTABLE);
        if (lua_getfield(L, 3, "key") != LUA_TNIL) {
            luaL_argcheck(L, lua_isstring(L, -1) != 0, 3, "`key` must be a string");
            lua_tolstring(L, -1, nullptr);
            lua_setfield(L, 4, "key");
        }
        lua_settop(L, 4);
    }
    return effect(L, EffectKind::event_dispatch, kDispatch,
                  Arguments(L, kDispatch, Bytes::replaced).text(type).object(2).object(4).take());
}

// event.dispatch_custom(name [, message]) -> as dispatch; an event of type "custom"
int dispatch_custom(lua_State* L) {
    luaL_checkstring(L, 1);
    lua_settop(L, 2);
    lua_newtable(L);
    lua_pushvalue(L, 1);
    lua_setfield(L, 3, "name");
    lua_pushvalue(L, 2);
    lua_setfield(L, 3, "message");
    lua_pushinteger(L, unix_seconds(L));
    lua_setfield(L, 3, "timestamp");
    return effect(
        L, EffectKind::event_dispatch, kCustom,
        Arguments(L, kCustom, Bytes::replaced).text("custom").object(3).json("{}").take());
}

// event.dispatch_file("created" | "modified" | "deleted" | "renamed", path [, watcher])
int dispatch_file(lua_State* L) {
    static constexpr const char* kKinds[] = {"created", "modified", "deleted", "renamed", nullptr};
    const std::string type = std::string("file.") + kKinds[luaL_checkoption(L, 1, nullptr, kKinds)];
    luaL_checkstring(L, 2);
    lua_settop(L, 3);
    lua_newtable(L);
    lua_pushvalue(L, 2);
    lua_setfield(L, 4, "path");
    lua_pushvalue(L, 3);
    lua_setfield(L, 4, "watcher");
    lua_pushinteger(L, unix_seconds(L));
    lua_setfield(L, 4, "timestamp");
    return effect(L, EffectKind::event_dispatch, kFile,
                  Arguments(L, kFile, Bytes::replaced).text(type).object(4).json("{}").take());
}

// event.flush() -> true: what the run has changed so far is durable
int flush(lua_State* L) { return effect(L, EffectKind::event_flush, kFlush, "[]"); }

constexpr luaL_Reg kFunctions[] = {
    {"dispatch", bound<dispatch>},
    {"dispatch_custom", bound<dispatch_custom>},
    {"dispatch_file", bound<dispatch_file>},
    {"flush", bound<flush>},
    {nullptr, nullptr},
};

}  // namespace

void set_dispatch_functions(lua_State* L) { luaL_setfuncs(L, kFunctions, 0); }

int open_event(lua_State* L) {
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
