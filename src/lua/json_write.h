// Lua values as JSON text. Object keys are sorted, so that equal values give equal text: effects
// are recognised by a hash of it.
#pragma once

#include <lua.hpp>
#include <string>
#include <string_view>

namespace sloth::lua {

// What becomes of bytes in strings that are not UTF-8.
enum class Bytes : uint8_t {
    replaced,  // by U+FFFD: for people and other programs
    exact,     // escaped (base/byte_text.h): between a script and the broker
};

struct JsonStyle {
    int indent = 0;               // 0: one line
    size_t max_bytes = 16 << 20;  // of text
    bool object = false;          // the value itself must be an object: {} when it is empty
    Bytes bytes = Bytes::replaced;
};

// Appends the value at `index`. False, and why not, for values that JSON does not have (functions,
// NaN), tables nested too deep or in a circle, and text that grows too long. Raises nothing but
// want of memory.
bool write_json(lua_State* L, int index, const JsonStyle& style, std::string& out,
                std::string& error);

// A quoted JSON string.
void write_json_string(std::string& out, std::string_view text, Bytes bytes = Bytes::replaced);

}  // namespace sloth::lua
