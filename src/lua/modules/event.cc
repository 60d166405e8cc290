// event: new events. They become durable together with the run that makes them.
#include <fmt/ranges.h>

#include <algorithm>

#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect.h"
#include "lua/event_table.h"
#include "lua/fields.h"
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
    static constexpr std::string_view kOptions[] = {"key"};
    const std::string_view type = check_text(L, 1);
    lua_settop(L, 3);
    Fields options(L, 3, kOptions, Fields::Need::optional);
    lua_newtable(L);  // 4: as the broker gets them
    if (options.optional_text("key")) lua_setfield(L, 4, "key");
    lua_settop(L, 4);
    if (!lua_isnil(L, 2)) check_type(L, 2, LUA_TTABLE);
    return effect(
        L, EffectKind::event_dispatch, kDispatch,
        Arguments(L, kDispatch, Bytes::replaced).text(type).object(2, 2).object(4).take());
}

// event.dispatch_custom(name [, message]) -> as dispatch; an event of type "custom"
int dispatch_custom(lua_State* L) {
    check_text(L, 1);
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
        Arguments(L, kCustom, Bytes::replaced).text("custom").object(3, 2).json("{}").take());
}

// event.dispatch_file("created" | "modified" | "deleted" | "renamed", path [, watcher])
int dispatch_file(lua_State* L) {
    static constexpr std::string_view kKinds[] = {"created", "modified", "deleted", "renamed"};
    const std::string_view kind = check_text(L, 1);
    if (std::ranges::find(kKinds, kind) == std::end(kKinds))
        argument_error(L, 1,
                       fmt::format("one of {} expected, got '{}'", fmt::join(kKinds, ", "), kind));
    const std::string type = fmt::format("file.{}", kind);
    check_text(L, 2);
    lua_settop(L, 3);
    lua_newtable(L);
    lua_pushvalue(L, 2);
    lua_setfield(L, 4, "path");
    lua_pushvalue(L, 3);
    lua_setfield(L, 4, "watcher");
    lua_pushinteger(L, unix_seconds(L));
    lua_setfield(L, 4, "timestamp");
    return effect(L, EffectKind::event_dispatch, kFile,
                  Arguments(L, kFile, Bytes::replaced).text(type).object(4, 3).json("{}").take());
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
    push_register(L);
    lua_setfield(L, -2, "register");
    return 1;
}

}  // namespace sloth::lua
