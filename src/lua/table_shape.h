// What a Lua table is to other languages: an array, or an object. One rule for all that write
// tables: keys 1, 2, ... are an array unless most of it would be holes; an empty table is an object
// unless it is marked (json_read.h).
#pragma once

#include <lua.hpp>
#include <string>
#include <vector>

namespace sloth::lua {

struct TableKey {
    std::string text;
    bool integer = false;
    lua_Integer number = 0;
};

struct TableShape {
    bool array = false;
    lua_Integer size = 0;        // of the array; holes count
    std::vector<TableKey> keys;  // of an object: sorted by their text, which differs
};

// False, and why not: keys that are neither strings nor whole numbers or would be written alike, or
// more than `max_keys`.
// Raises nothing but want of memory.
bool read_shape(lua_State* L, int index, size_t max_keys, TableShape& out, std::string& error);

// Pushes the value under the key.
void push_under(lua_State* L, int index, const TableKey& key);

}  // namespace sloth::lua
