#include "lua/handle.h"

#include <fmt/format.h>

#include "lua/binding.h"

namespace sloth::lua {
namespace {

// Without the address that Lua itself would show.
int to_text(lua_State* L) {
    lua_getiuservalue(L, 1, 1);
    luaL_getmetafield(L, 1, "__name");
    push(L, fmt::format("{}: {}", text_at(L, -1), text_at(L, -2)));
    return 1;
}

void push_metatable(lua_State* L, const HandleType& type) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &type) == LUA_TTABLE) return;
    lua_pop(L, 1);
    lua_createtable(L, 0, 4);
    lua_pushstring(L, type.name);
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushcfunction(L, bound<to_text>);
    lua_setfield(L, -2, "__tostring");
    lua_newtable(L);
    luaL_setfuncs(L, type.methods, 0);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &type);
}

}  // namespace

void push_handle(lua_State* L, const HandleType& type, int index) {
    index = lua_absindex(L, index);
    lua_newuserdatauv(L, 0, 1);
    lua_pushvalue(L, index);
    lua_setiuservalue(L, -2, 1);
    push_metatable(L, type);
    lua_setmetatable(L, -2);
}

std::string_view check_handle(lua_State* L, int index, const HandleType& type) {
    bool same = false;
    if (lua_type(L, index) == LUA_TUSERDATA && lua_getmetatable(L, index) != 0) {
        push_metatable(L, type);
        same = lua_rawequal(L, -1, -2) != 0;
        lua_pop(L, 2);
    }
    if (!same)
        argument_error(L, index,
                       fmt::format("{} expected, got {}: call it with a colon", type.name,
                                   luaL_typename(L, index)));
    lua_getiuservalue(L, index, 1);
    const std::string_view text = text_at(L, -1);  // the object keeps it
    lua_pop(L, 1);
    return text;
}

}  // namespace sloth::lua
