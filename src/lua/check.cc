#include "lua/check.h"

#include <fmt/format.h>

#include <algorithm>

#include "lua/context.h"
#include "lua/modules.h"

namespace sloth::lua {
namespace {

// The field of the table on top that holds the function at `function`; "" if none does. Of two that
// do, the one by which it was called.
std::string field_of(lua_State* L, int function, const char* called) {
    const int table = lua_gettop(L);
    lua_pushstring(L, called);
    lua_rawget(L, table);
    const bool same = lua_rawequal(L, -1, function) != 0;
    lua_pop(L, 1);
    if (same) return called;
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
        if (lua_rawequal(L, -1, function) == 0 || lua_type(L, -2) != LUA_TSTRING) continue;
        std::string name = lua_tostring(L, -2);
        lua_pop(L, 2);
        return name;
    }
    return {};
}

// Functions know no name of their own: the modules are looked through, all of them, since the
// function may have come by another way than its module.
std::string qualified_name(lua_State* L, int function, const char* called) {
    for (const Module& module : modules()) {
        push_required(L, module.name);
        const std::string field = lua_istable(L, -1) ? field_of(L, function, called) : "";
        lua_pop(L, 1);
        if (!field.empty()) return fmt::format("{}.{}", module.name, field);
    }
    push_required(L, "os");  // where os.getenv is
    const std::string field = lua_istable(L, -1) ? field_of(L, function, called) : "";
    lua_pop(L, 1);
    if (!field.empty()) return "os." + field;
    lua_pushglobaltable(L);
    std::string global = field_of(L, function, called);
    lua_pop(L, 1);
    return global;
}

bool is_method(const lua_Debug& frame) { return std::string_view(frame.namewhat) == "method"; }

std::string_view type_at(lua_State* L, int index) {
    if (luaL_getmetafield(L, index, "__name") == LUA_TSTRING) {
        const std::string_view name = lua_tostring(L, -1);  // its metatable keeps it
        lua_pop(L, 1);
        return name;
    }
    return luaL_typename(L, index);
}

lua_Integer bounded(lua_State* L, int index, lua_Integer value, lua_Integer least,
                    lua_Integer most) {
    if (value >= least && value <= most) return value;
    if (most == std::numeric_limits<lua_Integer>::max())
        argument_error(L, index, fmt::format("{} or more expected, got {}", least, value));
    argument_error(L, index, fmt::format("{} to {} expected, got {}", least, most, value));
}

}  // namespace

std::string function_name(lua_State* L) {
    lua_Debug frame;
    if (lua_getstack(L, 0, &frame) == 0) return "?";
    luaL_checkstack(L, LUA_MINSTACK, "function_name");
    lua_getinfo(L, "nf", &frame);
    const int function = lua_gettop(L);
    const char* called = frame.name != nullptr ? frame.name : "?";
    std::string name = qualified_name(L, function, called);
    lua_settop(L, function - 1);
    if (!name.empty()) return name;
    if (is_method(frame) && lua_type(L, 1) == LUA_TUSERDATA)
        return fmt::format("{}:{}", type_at(L, 1), called);
    return called;
}

void argument_error(lua_State* L, int index, std::string_view why) {
    lua_Debug frame;
    const bool known = lua_getstack(L, 0, &frame) != 0 && lua_getinfo(L, "n", &frame) != 0;
    const std::string name = function_name(L);
    // Who calls a method does not count the object.
    if (known && is_method(frame)) --index;
    const std::string text = index == 0
                                 ? fmt::format("calling '{}' on a bad object ({})", name, why)
                                 : fmt::format("bad argument #{} to '{}' ({})", index, name, why);
    luaL_error(L, "%s", text.c_str());
    __builtin_unreachable();
}

void type_error(lua_State* L, int index, std::string_view expected) {
    argument_error(L, index, fmt::format("{} expected, got {}", expected, type_at(L, index)));
}

void call_error(lua_State* L, std::string_view why) {
    const std::string text = fmt::format("{}: {}", function_name(L), why);
    luaL_error(L, "%s", text.c_str());
    __builtin_unreachable();
}

int give_failure(lua_State* L, std::string_view message) {
    lua_pushnil(L);
    lua_pushlstring(L, message.data(), message.size());
    return 2;
}

size_t text_limit(lua_State* L) {
    constexpr int64_t kLeast = 1 << 20;
    return static_cast<size_t>(std::max(context(L).arena.limit() / 4, kLeast));
}

void check_any(lua_State* L, int index) {
    if (lua_type(L, index) == LUA_TNONE) argument_error(L, index, "value expected");
}

void check_type(lua_State* L, int index, int type) {
    if (lua_type(L, index) != type) type_error(L, index, lua_typename(L, type));
}

std::string_view check_text(lua_State* L, int index) {
    size_t size = 0;
    const char* text = lua_tolstring(L, index, &size);
    if (text == nullptr) type_error(L, index, "string");
    return {text, size};
}

const char* path_fault(std::string_view path) {
    if (path.empty()) return "is empty: a path is expected";
    if (path.find('\0') != path.npos) return "holds a zero byte, which no path can";
    return nullptr;
}

std::string_view check_path(lua_State* L, int index) {
    const std::string_view path = check_text(L, index);
    if (const char* fault = path_fault(path)) argument_error(L, index, fmt::format("it {}", fault));
    return path;
}

lua_Number check_number(lua_State* L, int index) {
    int ok = 0;
    const lua_Number value = lua_tonumberx(L, index, &ok);
    if (ok == 0) type_error(L, index, "number");
    return value;
}

lua_Integer check_integer(lua_State* L, int index, lua_Integer least, lua_Integer most) {
    int ok = 0;
    const lua_Integer value = lua_tointegerx(L, index, &ok);
    if (ok != 0) return bounded(L, index, value, least, most);
    if (lua_isnumber(L, index) != 0) argument_error(L, index, "whole number expected");
    type_error(L, index, "number");
}

std::optional<std::string_view> optional_text(lua_State* L, int index) {
    if (lua_isnoneornil(L, index)) return std::nullopt;
    return check_text(L, index);
}

std::optional<lua_Integer> optional_integer(lua_State* L, int index, lua_Integer least,
                                            lua_Integer most) {
    if (lua_isnoneornil(L, index)) return std::nullopt;
    return check_integer(L, index, least, most);
}

std::optional<bool> optional_boolean(lua_State* L, int index) {
    if (lua_isnoneornil(L, index)) return std::nullopt;
    check_type(L, index, LUA_TBOOLEAN);
    return lua_toboolean(L, index) != 0;
}

}  // namespace sloth::lua
