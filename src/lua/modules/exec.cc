// exec: commands, run by the broker. The hook waits without holding anything up.
#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect_then.h"
#include "lua/environment.h"
#include "lua/fields.h"
#include "lua/modules.h"
#include "lua/seconds.h"

namespace sloth::lua {
namespace {

constexpr const char* kName = "exec.run";
enum : int { kCommand = 1, kGiven, kOptions };  // on the stack of `run`

// A text for a shell, or a list of words for no shell.
void check_command(lua_State* L) {
    if (lua_type(L, kCommand) != LUA_TTABLE) {
        if (lua_isstring(L, kCommand) == 0) type_error(L, kCommand, "string or list of strings");
        if (check_text(L, kCommand).contains('\0'))
            argument_error(L, kCommand, "it holds a zero byte, which no command can");
        return;
    }
    const auto count = static_cast<lua_Integer>(lua_rawlen(L, kCommand));
    if (count == 0) argument_error(L, kCommand, "the list of the command's words is empty");
    for (lua_Integer i = 1; i <= count; ++i) {
        lua_rawgeti(L, kCommand, i);
        if (lua_isstring(L, -1) == 0) {
            argument_error(L, kCommand,
                           fmt::format("word {} of the command must be a string, not a {}", i,
                                       luaL_typename(L, -1)));
        }
        lua_pop(L, 1);
    }
}

// A copy in which numbers are texts.
void push_words(lua_State* L) {
    const auto count = static_cast<lua_Integer>(lua_rawlen(L, kCommand));
    lua_createtable(L, static_cast<int>(count), 0);
    for (lua_Integer i = 1; i <= count; ++i) {
        lua_rawgeti(L, kCommand, i);
        lua_tolstring(L, -1, nullptr);
        lua_rawseti(L, -2, i);
    }
}

// The variables of the run's own, and over them those of this call.
void set_environment(lua_State* L, Fields& fields) {
    lua_newtable(L);
    const int target = lua_gettop(L);
    for (const auto& [name, value] : environment(L).own) {
        push(L, name);
        push(L, value);
        lua_rawset(L, target);
    }
    const bool given = fields.push_table("env");
    if (!given && environment(L).own.empty()) return lua_settop(L, kOptions);
    const int source = target + 1;
    if (given) lua_pushnil(L);
    while (given && lua_next(L, source) != 0) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_isstring(L, -1) == 0)
            fields.error("the field `env` must map names to strings");
        lua_tolstring(L, -1, nullptr);
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, target);
    }
    lua_pushvalue(L, target);
    lua_setfield(L, kOptions, "env");
    lua_settop(L, kOptions);
}

void set_options(lua_State* L) {
    static constexpr std::string_view kFields[] = {"workdir", "env",  "stdin",
                                                   "timeout", "user", "detach"};
    Fields fields(L, kGiven, kFields, Fields::Need::optional);
    for (const char* key : {"workdir", "stdin", "user"}) {
        if (fields.optional_text(key)) lua_setfield(L, kOptions, key);
        lua_settop(L, kOptions);
    }
    if (push_seconds(L, fields, "timeout")) lua_setfield(L, kOptions, "timeout");
    if (fields.flag("detach", false)) lua_setfield(L, kOptions, "detach");
    lua_settop(L, kOptions);
    set_environment(L, fields);
}

// What a command leaves running is ended with it: that is said, since nobody sees it happen.
int warn_of_left(lua_State* L, int first) {
    if (lua_istable(L, first) && lua_getfield(L, first, "left") == LUA_TNUMBER) {
        context(L).output.line(fmt::format(
            "[WARN] exec.run: the command left {} of its processes running, and they were ended; "
            "the option detach = true lets them go on",
            lua_tointeger(L, -1)));
    }
    if (lua_istable(L, first)) lua_pop(L, 1);
    return lua_gettop(L) - first + 1;
}

// exec.run(command [, {workdir, env, stdin, timeout, user, detach}])
//   -> {stdout, stderr, exit_code, success, ...} | nil, message
int run(lua_State* L) {
    check_can_wait(L, kName);
    lua_settop(L, kGiven);
    check_command(L);
    lua_newtable(L);  // kOptions: as the broker gets them
    set_options(L);
    Arguments arguments(L, kName);
    if (lua_istable(L, kCommand)) {
        push_words(L);
        arguments.value(lua_gettop(L));
    } else {
        arguments.text(check_text(L, kCommand));
    }
    arguments.object(kOptions);
    lua_settop(L, kOptions);
    return effect_then<warn_of_left>(L, EffectKind::exec_run, kName, arguments.take());
}

}  // namespace

int open_exec(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {{"run", bound<run>}, {nullptr, nullptr}};
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
