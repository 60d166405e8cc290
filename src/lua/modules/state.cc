// state: a key-value store that outlives runs, private to the hook's stack. Every function is an
// effect.
#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect.h"
#include "lua/modules.h"

namespace sloth::lua {
namespace {

// state.get(key) -> value | nil
int get(lua_State* L) {
    constexpr const char* kName = "state.get";
    return effect(L, EffectKind::state_get, kName,
                  Arguments(L, kName).text(check_text(L, 1)).take());
}

// state.delete(key) -> whether it was there
int erase(lua_State* L) {
    constexpr const char* kName = "state.delete";
    return effect(L, EffectKind::state_delete, kName,
                  Arguments(L, kName).text(check_text(L, 1)).take());
}

// state.set(key, value) -> true; nil deletes
int set(lua_State* L) {
    constexpr const char* kName = "state.set";
    const std::string_view key = check_text(L, 1);
    luaL_checkany(L, 2);
    if (lua_isnil(L, 2)) return erase(L);
    return effect(L, EffectKind::state_set, kName, Arguments(L, kName).text(key).value(2).take());
}

// state.exists(key) -> boolean
int exists(lua_State* L) {
    constexpr const char* kName = "state.exists";
    return effect(L, EffectKind::state_exists, kName,
                  Arguments(L, kName).text(check_text(L, 1)).take());
}

// state.keys([prefix]) -> {key = value, ...}
int keys(lua_State* L) {
    constexpr const char* kName = "state.keys";
    return effect(L, EffectKind::state_keys, kName,
                  Arguments(L, kName).text(luaL_optstring(L, 1, "")).take());
}

// state.increment(key [, amount = 1]) -> new value
int increment(lua_State* L) {
    constexpr const char* kName = "state.increment";
    const std::string_view key = check_text(L, 1);
    lua_settop(L, 2);
    if (lua_isnil(L, 2)) {
        lua_pushinteger(L, 1);
        lua_replace(L, 2);
    }
    luaL_checktype(L, 2, LUA_TNUMBER);
    return effect(L, EffectKind::state_increment, kName,
                  Arguments(L, kName).text(key).value(2).take());
}

}  // namespace

int open_state(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"delete", bound<erase>}, {"exists", bound<exists>},
        {"get", bound<get>},      {"increment", bound<increment>},
        {"keys", bound<keys>},    {"set", bound<set>},
        {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
