// env: the service's environment, as far as hooks may see it, and variables of the run's own.
#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect_then.h"
#include "lua/environment.h"
#include "lua/modules.h"

namespace sloth::lua {
namespace {

constexpr const char* kGet = "env.get";
constexpr const char* kHas = "env.has";
constexpr const char* kAll = "env.all";

std::string_view check_name(lua_State* L) {
    const std::string_view name = check_text(L, 1);
    if (name.empty() || name.find_first_of(std::string_view("=\0", 2)) != std::string_view::npos)
        argument_error(L, 1, "the name of a variable expected, without '=' and zero bytes");
    return name;
}

// True, and the value pushed, for a variable of the run's own.
bool push_own(lua_State* L, std::string_view name) {
    const auto& own = environment(L).own;
    const auto found = own.find(name);
    if (found == own.end()) return false;
    push(L, found->second);
    return true;
}

int ask_for(lua_State* L, const char* call, std::string_view name, lua_KFunction go_on) {
    return ask(L, EffectKind::env_get, call, Arguments(L, call).text(name).take(), go_on);
}

int value_or_default(lua_State* L, int first) {
    if (lua_isnil(L, first)) lua_pushvalue(L, 2);
    return 1;
}

// env.get(name [, default]) -> value | default | nil
int get(lua_State* L) {
    const std::string_view name = check_name(L);
    lua_settop(L, 2);
    if (push_own(L, name)) return 1;
    return ask_for(L, kGet, name, bound_continuation<continue_with<value_or_default>>);
}

int is_there(lua_State* L, int first) {
    lua_pushboolean(L, lua_isnil(L, first) ? 0 : 1);
    return 1;
}

// env.has(name) -> boolean
int has(lua_State* L) {
    const std::string_view name = check_name(L);
    lua_settop(L, 1);
    if (push_own(L, name)) return is_there(L, 2);
    return ask_for(L, kHas, name, bound_continuation<continue_with<is_there>>);
}

// env.set(name, value): for this run and its commands; nil takes the run's own value away
int set(lua_State* L) {
    const std::string_view name = check_name(L);
    check_any(L, 2);
    auto& own = environment(L).own;
    if (lua_isnil(L, 2)) {
        if (const auto found = own.find(name); found != own.end()) own.erase(found);
        return 0;
    }
    const std::string_view value = check_text(L, 2);
    if (value.contains('\0')) argument_error(L, 2, "it holds a zero byte, which no variable can");
    own.insert_or_assign(std::string(name), std::string(value));
    return 0;
}

int add_own(lua_State* L, int first) {
    for (const auto& [name, value] : environment(L).own) {
        push(L, name);
        push(L, value);
        lua_rawset(L, first);
    }
    return 1;
}

// env.all() -> {name = value, ...}
int all(lua_State* L) {
    lua_settop(L, 0);
    return effect_then<add_own>(L, EffectKind::env_all, kAll, "[]");
}

constexpr const char* kGetenv = "os.getenv";

}  // namespace

// os.getenv(name) -> value | nil; nil too while the hook is being loaded, where nothing is known.
int os_getenv(lua_State* L) {
    const std::string_view name = check_name(L);
    lua_settop(L, 1);
    lua_pushnil(L);
    if (push_own(L, name)) return 1;
    if (context(L).loading) return 1;
    return ask_for(L, kGetenv, name, bound_continuation<continue_with<value_or_default>>);
}

int open_env(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"all", bound<all>},  {"get", bound<get>}, {"has", bound<has>},
        {"list", bound<all>}, {"set", bound<set>}, {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
