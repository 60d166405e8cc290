#include "lua/metadata.h"

#include "lua/binding.h"
#include "lua/json_write.h"

namespace sloth::lua {

Form push_callable(lua_State* L, int returned) {
    if (lua_istable(L, returned)) {
        if (lua_getfield(L, returned, "execute") == LUA_TFUNCTION) return Form::table;
        lua_pop(L, 1);
    }
    if (lua_getglobal(L, "on_event") == LUA_TFUNCTION) return Form::on_event;
    return Form::none;
}

bool write_metadata(lua_State* L, int returned, Form form, std::string& out, std::string& error) {
    lua_newtable(L);
    const int metadata = lua_gettop(L);
    if (lua_istable(L, returned)) {
        for (lua_pushnil(L); lua_next(L, returned) != 0; lua_pop(L, 1)) {
            if (lua_type(L, -2) != LUA_TSTRING) continue;
            const std::string_view key = text_at(L, -2);
            const int type = lua_type(L, -1);
            const bool scalar = type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TBOOLEAN;
            const bool list = type == LUA_TTABLE &&
                              (key == "event_types" || key == "event_type" || key == "permissions");
            if (!scalar && !list) continue;
            lua_pushvalue(L, -2);
            lua_pushvalue(L, -2);
            lua_rawset(L, metadata);
        }
    }
    lua_pushstring(L, form == Form::table ? "table" : "on_event");
    lua_setfield(L, metadata, "form");
    if (write_json(L, metadata, {.max_bytes = 256 << 10, .object = true}, out, error)) return true;
    error = "the hook's metadata: " + error;
    return false;
}

}  // namespace sloth::lua
