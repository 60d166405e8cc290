#include "lua/text_of.h"

#include <cstdio>

#include "lua/binding.h"

namespace sloth::lua {
namespace {

constexpr char kIdentities = 0;  // registry key of a weak table: object -> number; [1]: how many

void push_identities(lua_State* L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kIdentities) == LUA_TTABLE) return;
    lua_pop(L, 1);
    lua_createtable(L, 1, 0);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kIdentities);
}

lua_Integer identity_of(lua_State* L, int index) {
    push_identities(L);
    lua_pushvalue(L, index);
    lua_Integer number = 0;
    if (lua_rawget(L, -2) == LUA_TNUMBER) {
        number = lua_tointeger(L, -1);
        lua_pop(L, 2);
        return number;
    }
    lua_pop(L, 1);
    lua_rawgeti(L, -1, 1);
    number = lua_tointeger(L, -1) + 1;
    lua_pop(L, 1);
    lua_pushinteger(L, number);
    lua_rawseti(L, -2, 1);
    lua_pushvalue(L, index);
    lua_pushinteger(L, number);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    return number;
}

void push_float(lua_State* L, lua_Number value) {
    char text[40];
    const int size = std::snprintf(text, sizeof text, LUA_NUMBER_FMT, value);
    push(L, {text, static_cast<size_t>(size)});
}

}  // namespace

void push_identity(lua_State* L, int index) {
    index = lua_absindex(L, index);
    const bool named = luaL_getmetafield(L, index, "__name") == LUA_TSTRING;
    const std::string kind(named ? lua_tostring(L, -1) : luaL_typename(L, index));
    if (named) lua_pop(L, 1);
    char text[32];
    std::snprintf(text, sizeof text, ": 0x%08llx",
                  static_cast<unsigned long long>(identity_of(L, index)));
    push(L, kind + text);
}

void push_text_of(lua_State* L, int index) {
    index = lua_absindex(L, index);
    if (luaL_callmeta(L, index, "__tostring") != 0) {
        if (lua_isstring(L, -1) == 0) luaL_error(L, "'__tostring' must return a string");
        return;
    }
    switch (lua_type(L, index)) {
        case LUA_TNUMBER:
            if (lua_isinteger(L, index) == 0) return push_float(L, lua_tonumber(L, index));
            lua_pushvalue(L, index);
            lua_tolstring(L, -1, nullptr);
            return;
        case LUA_TSTRING:
            lua_pushvalue(L, index);
            return;
        case LUA_TBOOLEAN:
            return push(L, lua_toboolean(L, index) != 0 ? "true" : "false");
        case LUA_TNIL:
            return push(L, "nil");
        default:
            push_identity(L, index);
    }
}

std::string text_of(lua_State* L, int index) {
    push_text_of(L, index);
    std::string out(text_at(L, -1));
    lua_pop(L, 1);
    return out;
}

}  // namespace sloth::lua
