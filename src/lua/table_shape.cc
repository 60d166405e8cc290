#include "lua/table_shape.h"

#include <algorithm>

#include "lua/binding.h"
#include "lua/json_read.h"

namespace sloth::lua {
namespace {

// A table whose keys are all positive integers is an array unless most of it would be holes.
constexpr lua_Integer kFewHoles = 10;

// The key stands below its value on the stack.
bool add_key(lua_State* L, std::vector<TableKey>& keys, std::string& error) {
    if (lua_type(L, -2) == LUA_TSTRING) {
        keys.push_back({std::string(text_at(L, -2)), false, 0});
    } else if (lua_isinteger(L, -2) != 0) {
        const lua_Integer number = lua_tointeger(L, -2);
        keys.push_back({std::to_string(number), true, number});
    } else {
        error = std::string("cannot encode a table with a ") + luaL_typename(L, -2) + " as key";
        return false;
    }
    return true;
}

}  // namespace

bool read_shape(lua_State* L, int index, size_t max_keys, TableShape& out, std::string& error) {
    index = lua_absindex(L, index);
    lua_Integer largest = 0;
    bool integers = true;
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        const bool ok = add_key(L, out.keys, error);
        if (ok && out.keys.size() > max_keys) error = "the table has more keys than allowed";
        if (!ok || out.keys.size() > max_keys) {
            lua_pop(L, 2);
            return false;
        }
        integers = integers && out.keys.back().integer && out.keys.back().number > 0;
        if (integers) largest = std::max(largest, out.keys.back().number);
    }
    const bool marked = is_marked_array(L, index);
    const auto size = static_cast<lua_Integer>(out.keys.size());
    const bool dense = marked || largest <= std::max(kFewHoles, 2 * size);
    out.array = integers && dense && (marked || size > 0);
    out.size = largest;
    if (out.array) return true;
    std::ranges::sort(out.keys, {}, &TableKey::text);
    const auto twin = std::ranges::adjacent_find(out.keys, {}, &TableKey::text);
    if (twin == out.keys.end()) return true;
    error = "cannot encode a table with both the keys \"" + twin->text + "\" and " + twin->text;
    return false;
}

void push_under(lua_State* L, int index, const TableKey& key) {
    index = lua_absindex(L, index);
    if (key.integer) {
        lua_rawgeti(L, index, key.number);
    } else {
        push(L, key.text);
        lua_rawget(L, index);
    }
}

}  // namespace sloth::lua
