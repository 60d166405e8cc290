#include "lua/http_response.h"

#include <string>

#include "base/header_name.h"
#include "lua/binding.h"
#include "lua/json_read.h"

namespace sloth::lua {
namespace {

constexpr char kHeadersMark = 0;  // registry key of the metatable of headers

// headers["content-type"]: the table has the names in one form, which this finds.
int header(lua_State* L) {
    lua_settop(L, 2);
    if (lua_type(L, 2) != LUA_TSTRING || !lua_istable(L, 1)) return 0;
    push(L, canonical_header_name(text_at(L, 2)));
    lua_rawget(L, 1);
    return 1;
}

void push_headers_mark(lua_State* L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kHeadersMark) == LUA_TTABLE) return;
    lua_pop(L, 1);
    lua_createtable(L, 0, 2);
    lua_pushcfunction(L, bound<header>);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kHeadersMark);
}

bool looks_like_json(std::string_view type, std::string_view body) {
    if (type.contains("json")) return true;
    const size_t start = body.find_first_not_of(" \t\r\n");
    return start != std::string_view::npos && (body[start] == '{' || body[start] == '[');
}

}  // namespace

void complete_response(lua_State* L, int index) {
    if (!lua_istable(L, index)) return;
    const int top = lua_gettop(L);
    std::string_view type;
    if (lua_getfield(L, index, "headers") == LUA_TTABLE) {
        if (lua_getfield(L, -1, "Content-Type") == LUA_TSTRING) type = text_at(L, -1);
        push_headers_mark(L);
        lua_setmetatable(L, top + 1);
    }
    std::string error;
    if (lua_getfield(L, index, "body") == LUA_TSTRING && looks_like_json(type, text_at(L, -1)) &&
        push_json(L, text_at(L, -1), error))
        lua_setfield(L, index, "json");
    lua_settop(L, top);
}

}  // namespace sloth::lua
