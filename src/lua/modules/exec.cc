// exec: commands, run by the broker. The hook waits without holding anything up.
#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect.h"
#include "lua/modules.h"

namespace sloth::lua {
namespace {

constexpr const char* kName = "exec.run";
constexpr lua_Number kMicrosPerSecond = 1e6;

// Options are checked here, where the error still has the script's line.
void check_text_option(lua_State* L, const char* key) {
    const int type = lua_getfield(L, 2, key);
    if (type != LUA_TNIL && type != LUA_TSTRING)
        luaL_error(L, "%s: the option `%s` is a %s, not a string", kName, key,
                   luaL_typename(L, -1));
    if (type == LUA_TSTRING) lua_setfield(L, 3, key);
    lua_settop(L, 3);
}

void check_timeout(lua_State* L) {
    const int type = lua_getfield(L, 2, "timeout");
    if (type == LUA_TSTRING && lua_isnumber(L, -1) == 0) {
        const Result<Micros> length = parse_duration(text_at(L, -1));
        if (!length) luaL_error(L, "%s: %s", kName, length.error().message.c_str());
        lua_pushnumber(L, static_cast<lua_Number>(length->count()) / kMicrosPerSecond);
    } else if (type != LUA_TNIL) {
        const lua_Number seconds = lua_tonumber(L, -1);
        if (!(seconds > 0))
            luaL_error(L, "%s: the option `timeout` is neither seconds nor a duration", kName);
        lua_pushnumber(L, seconds);
    }
    if (type != LUA_TNIL) lua_setfield(L, 3, "timeout");
    lua_settop(L, 3);
}

void check_environment(lua_State* L) {
    const int type = lua_getfield(L, 2, "env");
    if (type == LUA_TNIL) return lua_settop(L, 3);
    if (type != LUA_TTABLE)
        luaL_error(L, "%s: the option `env` is a %s, not a table", kName, luaL_typename(L, -1));
    lua_newtable(L);
    const int source = 4;
    const int target = 5;
    for (lua_pushnil(L); lua_next(L, source) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_isstring(L, -1) == 0)
            luaL_error(L, "%s: the option `env` must map names to strings", kName);
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_tolstring(L, -1, nullptr);  // numbers become text
        lua_rawset(L, target);
    }
    lua_setfield(L, 3, "env");
    lua_settop(L, 3);
}

// exec.run(command [, {workdir, env, timeout, stdin}]) -> {stdout, stderr, exit_code, success, ...}
int run(lua_State* L) {
    check_can_wait(L, kName);
    const std::string_view command = check_text(L, 1);
    luaL_argcheck(L, command.find('\0') == std::string_view::npos, 1, "contains a zero byte");
    lua_settop(L, 2);
    lua_newtable(L);  // 3: the options as the broker gets them
    if (!lua_isnil(L, 2)) {
        luaL_checktype(L, 2, LUA_TTABLE);
        check_text_option(L, "workdir");
        check_text_option(L, "stdin");
        check_timeout(L);
        check_environment(L);
    }
    return effect(L, EffectKind::exec_run, kName,
                  Arguments(L, kName).text(command).object(3).take());
}

}  // namespace

int open_exec(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {{"run", bound<run>}, {nullptr, nullptr}};
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
