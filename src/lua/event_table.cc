#include "lua/event_table.h"

#include "lua/binding.h"
#include "lua/json_read.h"
#include "lua/modules.h"
#include "lua/private_values.h"

namespace sloth::lua {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int kFields = 23;

void set_text(lua_State* L, std::string_view key, std::string_view value) {
    push(L, key);
    push(L, value);
    lua_rawset(L, -3);
}

void set_twice(lua_State* L, std::string_view key, std::string_view other, std::string_view value) {
    push(L, value);
    for (const std::string_view each : {key, other}) {
        push(L, each);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
    }
    lua_pop(L, 1);
}

// What is not known is nil, so that `event.stack or "none"` works.
void set_known(lua_State* L, std::string_view key, std::string_view value) {
    if (!value.empty()) set_text(L, key, value);
}

void set_whole(lua_State* L, std::string_view key, int64_t value) {
    push(L, key);
    lua_pushinteger(L, value);
    lua_rawset(L, -3);
}

// `agent` is data.agent if that is a table, else the name; `agent_name` is always a name.
void set_agent(lua_State* L, int data, std::string_view name) {
    const int event = lua_gettop(L);
    if (lua_getfield(L, data, "agent") == LUA_TTABLE) {
        if (name.empty() && lua_getfield(L, -1, "name") == LUA_TSTRING)
            lua_setfield(L, event, "agent_name");
        lua_settop(L, event + 1);
        lua_setfield(L, event, "agent");
        return set_known(L, "agent_name", name);
    }
    if (name.empty() && lua_type(L, -1) == LUA_TSTRING) {
        lua_pushvalue(L, -1);
        lua_setfield(L, event, "agent_name");
        lua_setfield(L, event, "agent");
        return;
    }
    lua_settop(L, event);
    if (!name.empty()) set_twice(L, "agent", "agent_name", name);
}

// event.register is made when somebody asks for it: most runs do not.
int late_field(lua_State* L) {
    // A script can reach this function and call it with anything.
    if (!lua_istable(L, 1) || lua_type(L, 2) != LUA_TSTRING || text_at(L, 2) != "register")
        return 0;
    push_register(L);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    return 1;
}

}  // namespace

void push_event_agent(lua_State* L) {
    if (push_private(L, Private::event) == LUA_TTABLE) {
        lua_pushliteral(L, "agent_name");
        lua_rawget(L, -2);
    } else {
        lua_pushnil(L);
    }
    lua_remove(L, -2);
}

void push_register(lua_State* L) {
    push_required(L, "watcher");
    lua_pushliteral(L, "register");
    lua_rawget(L, -2);
    lua_remove(L, -2);
}

void push_event(lua_State* L, const RunFrame& frame) {
    std::string error;
    if (!push_json(L, frame.data, error) || !lua_istable(L, -1))
        luaL_error(L, "the event's data is no JSON object: %s", error.c_str());
    const int data = lua_gettop(L);
    lua_createtable(L, 0, kFields);
    set_twice(L, "id", "ID", frame.id);
    set_twice(L, "type", "event_type", frame.type);
    set_whole(L, "timestamp", frame.timestamp_us / kMicrosPerSecond);
    set_whole(L, "created_at", frame.created_at_us / kMicrosPerSecond);
    set_known(L, "stack", frame.stack);
    set_known(L, "run_id", frame.run_id);
    set_known(L, "source", frame.source);
    set_text(L, "delivery_id", frame.delivery_id);
    set_whole(L, "attempt", frame.attempt);
    set_agent(L, data, frame.agent);
    for (const char* key : {"severity", "task"}) {
        if (lua_getfield(L, data, key) != LUA_TNIL) {
            lua_setfield(L, -2, key);
        } else {
            lua_pop(L, 1);
        }
    }
    set_dispatch_functions(L);
    lua_pushvalue(L, data);
    lua_setfield(L, -2, "data");
    lua_remove(L, data);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, bound<late_field>);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    keep_private(L, Private::event);
}

}  // namespace sloth::lua
