#include "lua/standard_tables.h"

#include <cmath>

#include "lua/binding.h"
#include "lua/context.h"
#include "lua/gsub.h"
#include "lua/library.h"
#include "lua/modules.h"
#include "lua/string_format.h"
#include "lua/table_functions.h"

namespace sloth::lua {
namespace {

// Lua 5.1 had them.
int math_pow(lua_State* L) {
    lua_pushnumber(L, std::pow(check_number(L, 1), check_number(L, 2)));
    return 1;
}

int math_log10(lua_State* L) {
    lua_pushnumber(L, std::log10(check_number(L, 1)));
    return 1;
}

void set_stock(lua_State* L, const char* qualified, const char* field) {
    lua_pushcfunction(L, context(L).library.find(qualified));
    lua_setfield(L, -2, field);
}

constexpr int kStringMetafields = 10;

// ("text"):name for the first time: most runs need no string library.
int late_method(lua_State* L) {
    open_string(L);
    lua_pushvalue(L, 2);
    lua_gettable(L, -2);
    return 1;
}

}  // namespace

int open_debug(lua_State* L) {
    lua_createtable(L, 0, 1);
    set_stock(L, "debug.traceback", "traceback");
    return 1;
}

int open_math(lua_State* L) {
    luaopen_math(L);
    lua_getfield(L, -1, "randomseed");
    lua_pushinteger(L, static_cast<lua_Integer>(context(L).frame.seed));
    lua_call(L, 1, 0);
    static constexpr luaL_Reg kOlder[] = {
        {"log10", bound<math_log10>}, {"pow", bound<math_pow>}, {nullptr, nullptr}};
    luaL_setfuncs(L, kOlder, 0);
    return 1;
}

int open_os(lua_State* L) {
    lua_createtable(L, 0, 5);
    set_stock(L, "os.clock", "clock");
    set_stock(L, "os.date", "date");
    set_stock(L, "os.difftime", "difftime");
    set_stock(L, "os.time", "time");
    lua_pushcfunction(L, bound<os_getenv>);
    lua_setfield(L, -2, "getenv");
    return 1;
}

void install_string_metatable(lua_State* L) {
    lua_pushliteral(L, "");
    lua_createtable(L, 0, kStringMetafields);
    luaL_setfuncs(L, context(L).library.arithmetic(), 0);
    lua_pushcfunction(L, bound<late_method>);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

int open_string(lua_State* L) {
    lua_pushliteral(L, "");
    if (luaL_getmetafield(L, -1, "__index") == LUA_TTABLE) return 1;
    luaopen_string(L);  // with another metatable, whose __index is the table
    lua_pushnil(L);
    lua_setfield(L, -2, "dump");
    lua_pushcfunction(L, bound<string_format>);
    lua_setfield(L, -2, "format");
    lua_pushcfunction(L, bound<gsub>);
    lua_setfield(L, -2, "gsub");
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
    return 1;
}

int open_table(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"concat", bound<table_concat>}, {"getn", bound<table_getn>},
        {"insert", bound<table_insert>}, {"maxn", bound<table_maxn>},
        {"move", bound<table_move>},     {"remove", bound<table_remove>},
        {"unpack", bound<table_unpack>}, {nullptr, nullptr},
    };
    luaopen_table(L);
    luaL_setfuncs(L, kFunctions, 0);
    return 1;
}

int open_utf8(lua_State* L) { return luaopen_utf8(L); }

}  // namespace sloth::lua
