// Lua values as value trees (text/value.h) and back, for what works outside of Lua: YAML,
// templates. The rules are those of JSON: table_shape.h says what is an array, numbers without a
// fraction are whole ones, null is nil.
#pragma once

#include <lua.hpp>
#include <string>

#include "text/value.h"

namespace sloth::lua {

struct ValueLimits {
    size_t max_nodes = 500'000;
    size_t max_bytes = 16 << 20;  // of all strings
};

// False, and why not, for functions, nesting over text::kMaxValueDepth and trees over the limits.
// Raises nothing but want of memory.
bool to_value(lua_State* L, int index, const ValueLimits& limits, text::Value& out,
              std::string& error);

// Pushes it. Arrays carry their mark.
void push_value(lua_State* L, const text::Value& value);

}  // namespace sloth::lua
