#include "lua/seconds.h"

#include "base/time.h"
#include "lua/binding.h"
#include "lua/check.h"

namespace sloth::lua {
namespace {

constexpr double kMicrosPerSecond = 1e6;
constexpr std::string_view kExpected =
    "a number of seconds over 0 or a duration such as \"10s\" or \"1m30s\"";

// Of the value on top of the stack.
std::optional<double> seconds_on_top(lua_State* L) {
    if (lua_isnumber(L, -1) != 0) {
        const double seconds = lua_tonumber(L, -1);
        return seconds > 0 ? std::optional(seconds) : std::nullopt;
    }
    if (lua_type(L, -1) != LUA_TSTRING) return std::nullopt;
    const Result<Micros> length = parse_duration(text_at(L, -1));
    if (!length || length->count() <= 0) return std::nullopt;
    return static_cast<double>(length->count()) / kMicrosPerSecond;
}

}  // namespace

bool push_seconds(lua_State* L, Fields& fields, const char* field) {
    if (fields.push(field) == LUA_TNIL) {
        lua_pop(L, 1);
        return false;
    }
    const auto seconds = seconds_on_top(L);
    if (!seconds) fields.error("the field `{}` must be {}", field, kExpected);
    lua_pop(L, 1);
    lua_pushnumber(L, *seconds);
    return true;
}

std::optional<double> optional_seconds(lua_State* L, int index) {
    if (lua_isnoneornil(L, index)) return std::nullopt;
    lua_pushvalue(L, index);
    const auto seconds = seconds_on_top(L);
    lua_pop(L, 1);
    if (!seconds) argument_error(L, index, std::string(kExpected) + " expected");
    return seconds;
}

}  // namespace sloth::lua
