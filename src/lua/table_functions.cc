#include "lua/table_functions.h"

#include <algorithm>
#include <cmath>

#include "lua/binding.h"
#include "lua/context.h"
#include "lua/library.h"
#include "lua/text_of.h"

namespace sloth::lua {
namespace {

// Of [first, last]; no overflow whatever they are.
void check_range(lua_State* L, const char* name, lua_Integer first, lua_Integer last) {
    if (first > last) return;
    const auto count = static_cast<lua_Unsigned>(last) - static_cast<lua_Unsigned>(first);
    if (count >= static_cast<lua_Unsigned>(kMaxElements))
        luaL_error(L, "%s: more than %d elements", name, static_cast<int>(kMaxElements));
}

// A table's elements, or those of what behaves like one.
lua_Integer length(lua_State* L, int index) {
    if (lua_type(L, index) != LUA_TTABLE && luaL_getmetafield(L, index, "__len") == LUA_TNIL)
        luaL_checktype(L, index, LUA_TTABLE);
    lua_settop(L, std::max(lua_gettop(L), index));
    return luaL_len(L, index);
}

int stock(lua_State* L, const char* name, int args) {
    lua_settop(L, args);
    return call_stock(L, name);
}

}  // namespace

// Numbers as tostring shows them; other values are for the stock function to refuse.
int table_concat(lua_State* L) {
    const int args = std::max(lua_gettop(L), 1);
    luaL_checktype(L, 1, LUA_TTABLE);
    const lua_Integer first = luaL_optinteger(L, 3, 1);
    const lua_Integer last = lua_isnoneornil(L, 4) ? luaL_len(L, 1) : luaL_checkinteger(L, 4);
    check_range(L, "table.concat", first, last);
    const bool plain = lua_getmetatable(L, 1) == 0;
    lua_settop(L, args);
    if (!plain || first > last) return stock(L, "table.concat", args);
    size_t gap_size = 0;
    const char* gap = luaL_optlstring(L, 2, "", &gap_size);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    for (lua_Integer i = first; i <= last; ++i) {
        const int type = lua_rawgeti(L, 1, i);
        if (type == LUA_TNUMBER) {
            push_text_of(L, -1);
            lua_remove(L, -2);
        } else if (type != LUA_TSTRING) {
            return luaL_error(L, "invalid value (at index %I) in table for 'concat'",
                              static_cast<LUAI_UACINT>(i));
        }
        luaL_addvalue(&out);
        if (i < last) luaL_addlstring(&out, gap, gap_size);
        if (i == LUA_MAXINTEGER) break;
    }
    luaL_pushresult(&out);
    return 1;
}

int table_getn(lua_State* L) {
    lua_pushinteger(L, length(L, 1));
    return 1;
}

int table_insert(lua_State* L) {
    const int args = lua_gettop(L);
    const lua_Integer size = length(L, 1);
    if (args == 3) check_range(L, "table.insert", luaL_checkinteger(L, 2), size);
    return stock(L, "table.insert", args);
}

int table_maxn(lua_State* L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Number most = 0;
    for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TNUMBER) most = std::max(most, lua_tonumber(L, -2));
    }
    lua_Integer whole = 0;
    if (most == std::floor(most) && lua_numbertointeger(most, &whole)) {
        lua_pushinteger(L, whole);
    } else {
        lua_pushnumber(L, most);
    }
    return 1;
}

int table_move(lua_State* L) {
    const int args = lua_gettop(L);
    check_range(L, "table.move", luaL_checkinteger(L, 2), luaL_checkinteger(L, 3));
    return stock(L, "table.move", args);
}

int table_remove(lua_State* L) {
    const int args = std::max(lua_gettop(L), 1);
    const lua_Integer size = length(L, 1);
    if (args > 1) check_range(L, "table.remove", luaL_checkinteger(L, 2), size);
    return stock(L, "table.remove", args);
}

int table_unpack(lua_State* L) {
    const int args = std::max(lua_gettop(L), 1);
    const lua_Integer last = lua_isnoneornil(L, 3) ? length(L, 1) : luaL_checkinteger(L, 3);
    check_range(L, "table.unpack", luaL_optinteger(L, 2, 1), last);
    return stock(L, "table.unpack", args);
}

}  // namespace sloth::lua
