// json: text to values and back.
#include "lua/binding.h"
#include "lua/json_read.h"
#include "lua/json_write.h"
#include "lua/modules.h"

namespace sloth::lua {
namespace {

constexpr int kPrettyIndent = 2;

int encode_with(lua_State* L, int indent) {
    check_any(L, 1);
    std::string text;
    std::string why;
    const JsonStyle style{.indent = indent, .max_bytes = text_limit(L)};
    if (!write_json(L, 1, style, text, why)) call_error(L, why);
    push(L, text);
    return 1;
}

// json.encode(value) -> text
int encode(lua_State* L) { return encode_with(L, 0); }

// json.pretty(value) -> text with line breaks
int pretty(lua_State* L) { return encode_with(L, kPrettyIndent); }

// json.decode(text) -> value | nil, message
int decode(lua_State* L) {
    std::string error;
    if (push_json(L, check_text(L, 1), error)) return 1;
    return give_failure(L, error);
}

// json.array([table]) -> the table, marked: it is written as an array even when it is empty
int array(lua_State* L) {
    lua_settop(L, 1);
    if (lua_isnil(L, 1)) {
        lua_newtable(L);
        lua_replace(L, 1);
    }
    check_type(L, 1, LUA_TTABLE);
    if (lua_getmetatable(L, 1) != 0 && !is_marked_array(L, 1))
        argument_error(L, 1, "a table without a metatable of its own expected");
    push_array_mark(L);
    lua_setmetatable(L, 1);
    lua_settop(L, 1);
    return 1;
}

}  // namespace

int open_json(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"array", bound<array>},   {"decode", bound<decode>}, {"encode", bound<encode>},
        {"pretty", bound<pretty>}, {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
