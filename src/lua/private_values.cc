#include "lua/private_values.h"

namespace sloth::lua {
namespace {

constexpr char kMark = 0;  // its address is the key in the registry

void push_table(lua_State* L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kMark) == LUA_TTABLE) return;
    lua_pop(L, 1);
    lua_createtable(L, static_cast<int>(Private::array_mark), 0);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kMark);
}

}  // namespace

int push_private(lua_State* L, Private key) {
    push_table(L);
    const int type = lua_rawgeti(L, -1, static_cast<lua_Integer>(key));
    lua_remove(L, -2);
    return type;
}

void keep_private(lua_State* L, Private key) {
    push_table(L);
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, static_cast<lua_Integer>(key));
    lua_pop(L, 1);
}

}  // namespace sloth::lua
