// Lua values as JSON text. Object keys are sorted, so that equal values give equal text: effects
// are recognised by a hash of it. Bytes that are not UTF-8 become U+FFFD.
#pragma once

#include <lua.hpp>
#include <string>
#include <string_view>

namespace sloth::lua {

struct JsonStyle {
    int indent = 0;               // 0: one line
    size_t max_bytes = 16 << 20;  // of text
    bool object = false;          // the value itself must be an object: {} when it is empty
};

// Appends the value at `index`. False, and why not, for values that JSON does not have (functions,
// NaN), tables nested too deep or in a circle, and text that grows too long. Raises nothing but
// want of memory.
bool write_json(lua_State* L, int index, const JsonStyle& style, std::string& out,
                std::string& error);

// A quoted JSON string.
void write_json_string(std::string& out, std::string_view text);

}  // namespace sloth::lua
