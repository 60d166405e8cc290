#include "lua/base_functions.h"

#include <string>
#include <vector>

#include "base/similar.h"
#include "domain/hook.h"
#include "lua/binding.h"
#include "lua/context.h"
#include "lua/library.h"
#include "lua/limits.h"
#include "lua/modules.h"
#include "lua/text_of.h"

namespace sloth::lua {
namespace {

// Ends the run if what a protected call caught was want of memory: a script that goes on after it
// would make other decisions than the same script on a quiet machine.
int finish_pcall(lua_State* L, int status, lua_KContext skip) {
    if (status == LUA_ERRMEM) return end_run(L, memory_ending(context(L)));
    if (status != LUA_OK && status != LUA_YIELD) {
        lua_pushboolean(L, 0);
        lua_pushvalue(L, -2);
        return 2;
    }
    return lua_gettop(L) - static_cast<int>(skip);
}

// An error that the count hook raises runs the message handler inside the hook, where no hook can
// stop it: once the run is over the script's handler is not called any more.
int guarded_handler(lua_State* L) {
    lua_settop(L, 1);
    if (context(L).ending != Ending::none) return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

constexpr std::string_view kLibraries[] = {"coroutine", "debug", "math", "os",
                                           "string",    "table", "utf8"};

std::string unknown_module(std::string_view name) {
    std::vector<std::string_view> names;
    for (const Module& module : modules()) names.push_back(module.name);
    std::string text = "module '" + std::string(name) + "' not found";
    if (const auto near = most_similar(name, names))
        return text + ": did you mean '" + std::string(*near) + "'?";
    text += "; there are";
    for (const std::string_view each : names) {
        text += each == names.front() ? " " : ", ";
        text += each;
    }
    return text;
}

// Collects what a reader function gives, on the stack, as one string.
void read_pieces(lua_State* L, int reader) {
    luaL_Buffer pieces;
    luaL_buffinit(L, &pieces);
    while (luaL_bufflen(&pieces) <= kMaxHookSourceBytes) {
        lua_pushvalue(L, reader);
        lua_call(L, 0, 1);
        const int type = lua_type(L, -1);
        if (type != LUA_TNIL && type != LUA_TSTRING)
            luaL_error(L, "reader function must return a string");
        if (type == LUA_TNIL || text_at(L, -1).empty()) {
            lua_pop(L, 1);
            break;
        }
        luaL_addvalue(&pieces);
    }
    luaL_pushresult(&pieces);
}

}  // namespace

int base_pcall(lua_State* L) {
    check_any(L, 1);
    lua_pushboolean(L, 1);  // the first result if all is well
    lua_insert(L, 1);
    const int status =
        lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, bound_continuation<finish_pcall>);
    return finish_pcall(L, status, 0);
}

int base_xpcall(lua_State* L) {
    const int args = lua_gettop(L);
    check_type(L, 2, LUA_TFUNCTION);
    if (lua_tocfunction(L, 2) != context(L).library.find("debug.traceback")) {
        lua_pushvalue(L, 2);
        lua_pushcclosure(L, bound<guarded_handler>, 1);
        lua_replace(L, 2);
    }
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2);
    const int status = lua_pcallk(L, args - 2, LUA_MULTRET, 2, 2, bound_continuation<finish_pcall>);
    return finish_pcall(L, status, 2);
}

int base_collectgarbage(lua_State* L) {
    const std::string_view what = luaL_optstring(L, 1, "collect");
    if (what != "count")
        return luaL_error(L, "collectgarbage(\"%s\") is not there: only \"count\" is", what.data());
    lua_pushnumber(L, lua_gc(L, LUA_GCCOUNT) + lua_gc(L, LUA_GCCOUNTB) / 1024.0);
    return 1;
}

int base_contains(lua_State* L) {
    check_any(L, 2);
    bool found = false;
    if (lua_istable(L, 1)) {
        const auto size = static_cast<lua_Integer>(lua_rawlen(L, 1));
        for (lua_Integer i = 1; i <= size && !found; ++i) {
            lua_rawgeti(L, 1, i);
            found = lua_rawequal(L, -1, 2) != 0;
            lua_pop(L, 1);
        }
    }
    lua_pushboolean(L, found ? 1 : 0);
    return 1;
}

int base_getmetatable(lua_State* L) {
    check_any(L, 1);
    if (has_lazy_globals(L, 1) || lua_getmetatable(L, 1) == 0) {
        lua_pushnil(L);
        return 1;
    }
    luaL_getmetafield(L, 1, "__metatable");  // pushes nothing if there is none
    return 1;
}

int base_setmetatable(lua_State* L) {
    check_type(L, 1, LUA_TTABLE);
    const int type = lua_type(L, 2);
    if (type != LUA_TNIL && type != LUA_TTABLE) type_error(L, 2, "nil or table");
    if (type == LUA_TTABLE) {
        lua_pushliteral(L, "__gc");
        if (lua_rawget(L, 2) != LUA_TNIL)
            return luaL_error(L, "setmetatable: hooks cannot set __gc");
        lua_pop(L, 1);
    }
    if (has_lazy_globals(L, 1)) {
        fill_globals(L);
    } else if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) {
        return luaL_error(L, "cannot change a protected metatable");
    }
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

int base_load(lua_State* L) {
    lua_settop(L, 4);
    if (lua_isfunction(L, 1)) {
        read_pieces(L, 1);
        lua_replace(L, 1);
    }
    const std::string_view text = check_text(L, 1);
    const char* name = luaL_optstring(L, 2, "=(load)");
    if (text.size() > kMaxHookSourceBytes) {
        lua_pushnil(L);
        lua_pushliteral(L, "the chunk is longer than 1MiB");
        return 2;
    }
    const int status = luaL_loadbufferx(L, text.data(), text.size(), name, "t");
    if (status == LUA_ERRMEM) return end_run(L, memory_ending(context(L)));
    if (status != LUA_OK) {
        lua_pushnil(L);
        lua_insert(L, -2);
        return 2;
    }
    if (!lua_isnil(L, 4)) {
        lua_pushvalue(L, 4);
        if (lua_setupvalue(L, -2, 1) == nullptr) lua_pop(L, 1);
    }
    return 1;
}

int base_loadstring(lua_State* L) {
    check_text(L, 1);
    lua_settop(L, 2);
    if (lua_isnil(L, 2)) {
        lua_pushvalue(L, 1);
        lua_replace(L, 2);  // errors name the text by itself, as they did
    }
    return base_load(L);
}

int base_tostring(lua_State* L) {
    check_any(L, 1);
    push_text_of(L, 1);
    return 1;
}

int base_print(lua_State* L) {
    const int count = lua_gettop(L);
    std::string line;
    for (int i = 1; i <= count; ++i) {
        if (i > 1) line += '\t';
        line += text_of(L, i);
    }
    context(L).output.line(line);
    return 0;
}

int base_require(lua_State* L) {
    const std::string_view name = check_text(L, 1);
    bool known = find_module(name) != nullptr;
    for (const std::string_view library : kLibraries) known = known || library == name;
    if (!known) return luaL_error(L, "%s", unknown_module(name).c_str());
    push_required(L, name);
    return 1;
}

}  // namespace sloth::lua
