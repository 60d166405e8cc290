#include "lua/string_format.h"

#include <cmath>
#include <string>

#include "lua/binding.h"
#include "lua/context.h"
#include "lua/library.h"
#include "lua/text_of.h"

namespace sloth::lua {
namespace {

// 3.7 as 3; what has no integer near it stays, and is told by the stock function.
void cut_fraction(lua_State* L, int argument) {
    if (lua_isinteger(L, argument) != 0 || lua_isnumber(L, argument) == 0) return;
    lua_Integer whole = 0;
    if (!lua_numbertointeger(std::trunc(lua_tonumber(L, argument)), &whole)) return;
    lua_pushinteger(L, whole);
    lua_replace(L, argument);
}

void take_text(lua_State* L, int argument, char conversion) {
    if (lua_type(L, argument) == LUA_TSTRING && conversion == 's') return;
    if (conversion == 'p') {
        push_identity(L, argument);
    } else {
        push_text_of(L, argument);
    }
    lua_replace(L, argument);
}

}  // namespace

int string_format(lua_State* L) {
    const std::string_view format = check_text(L, 1);
    std::string changed;  // the format, if it needs to
    const int last = lua_gettop(L);
    int argument = 1;
    for (size_t at = 0; (at = format.find('%', at)) != std::string::npos; ++at) {
        at = format.find_first_not_of("-+ #0123456789.", at + 1);
        if (at == std::string::npos) break;
        const char conversion = format[at];
        if (conversion == '%') continue;
        if (++argument > last) break;  // the stock function says so
        if (std::string_view("cdiouxX").find(conversion) != std::string_view::npos)
            cut_fraction(L, argument);
        if (conversion == 's' || conversion == 'p') take_text(L, argument, conversion);
        if (conversion != 'p') continue;
        if (changed.empty()) changed = format;
        changed[at] = 's';
    }
    if (!changed.empty()) {
        push(L, changed);
        lua_replace(L, 1);
    }
    return call_stock(L, "string.format");
}

}  // namespace sloth::lua
