// state: a key-value store that outlives runs, private to the hook's stack. Every function is an
// effect.
#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect.h"
#include "lua/fields.h"
#include "lua/modules.h"
#include "lua/seconds.h"

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

// The options of a change: {"ttl":60} or {}.
std::string options_of(std::optional<double> ttl) {
    return ttl ? fmt::format(R"({{"ttl":{}}})", *ttl) : "{}";
}

// The third argument of set: seconds, a duration, or a table with `ttl`.
std::optional<double> optional_ttl(lua_State* L, int index) {
    static constexpr std::string_view kOptions[] = {"ttl"};
    if (!lua_istable(L, index)) return optional_seconds(L, index);
    Fields options(L, index, kOptions);
    if (!push_seconds(L, options, "ttl")) return std::nullopt;
    const double seconds = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return seconds;
}

// state.set(key, value [, ttl | {ttl = ...}]) -> true; nil deletes
int set(lua_State* L) {
    constexpr const char* kName = "state.set";
    const std::string_view key = check_text(L, 1);
    check_any(L, 2);
    if (lua_isnil(L, 2)) return erase(L);
    const auto ttl = optional_ttl(L, 3);
    Arguments arguments(L, kName);
    arguments.text(key).value(2, 2);
    if (ttl) arguments.json(options_of(ttl));
    return effect(L, EffectKind::state_set, kName, arguments.take());
}

// state.set_with_ttl(key, value, ttl) -> true
int set_with_ttl(lua_State* L) {
    constexpr const char* kName = "state.set_with_ttl";
    const std::string_view key = check_text(L, 1);
    check_any(L, 2);
    if (lua_isnil(L, 2)) argument_error(L, 2, "value expected, got nil: state.delete deletes");
    const auto ttl = optional_seconds(L, 3);
    if (!ttl) type_error(L, 3, "number of seconds or duration");
    return effect(L, EffectKind::state_set, kName,
                  Arguments(L, kName).text(key).value(2, 2).json(options_of(ttl)).take());
}

// state.compare_and_set(key, expected, value [, ttl]) -> whether it was set. An expected nil is no
// value; a value must be there.
int compare_and_set(lua_State* L) {
    constexpr const char* kName = "state.compare_and_set";
    const std::string_view key = check_text(L, 1);
    check_any(L, 3);
    if (lua_isnil(L, 3)) argument_error(L, 3, "value expected, got nil: state.delete deletes");
    const auto ttl = optional_ttl(L, 4);
    return effect(
        L, EffectKind::state_compare_and_set, kName,
        Arguments(L, kName).text(key).value(2, 2).value(3, 3).json(options_of(ttl)).take());
}

// state.clear([prefix]) -> how many there were
int clear(lua_State* L) {
    constexpr const char* kName = "state.clear";
    return effect(L, EffectKind::state_clear, kName,
                  Arguments(L, kName).text(optional_text(L, 1).value_or("")).take());
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
                  Arguments(L, kName).text(optional_text(L, 1).value_or("")).take());
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
    check_type(L, 2, LUA_TNUMBER);
    return effect(L, EffectKind::state_increment, kName,
                  Arguments(L, kName).text(key).value(2).take());
}

}  // namespace

int open_state(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"clear", bound<clear>},
        {"compare_and_set", bound<compare_and_set>},
        {"delete", bound<erase>},
        {"exists", bound<exists>},
        {"get", bound<get>},
        {"increment", bound<increment>},
        {"keys", bound<keys>},
        {"set", bound<set>},
        {"set_with_ttl", bound<set_with_ttl>},
        {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
