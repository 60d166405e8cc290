// The arguments of functions that scripts call. What does not fit raises a Lua error that names the
// function as scripts do, the argument and what was expected:
//     bad argument #1 to 'yaml.decode' (string expected, got table)
// Numbers pass for strings and strings for numbers, as everywhere in Lua. To be called in bound
// functions (binding.h); destructors run on the way out.
#pragma once

#include <limits>
#include <lua.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace sloth::lua {

// "yaml.decode" for the function that runs now; for a method "regex pattern:find".
std::string function_name(lua_State* L);

// bad argument #1 to 'yaml.decode' (why)
[[noreturn]] void argument_error(lua_State* L, int index, std::string_view why);
// ... (string expected, got table)
[[noreturn]] void type_error(lua_State* L, int index, std::string_view expected);
// yaml.encode: why
[[noreturn]] void call_error(lua_State* L, std::string_view why);

// What a function gives when it could not do what was asked: nil, message. Returns 2.
int give_failure(lua_State* L, std::string_view message);

void check_any(lua_State* L, int index);             // there is one, nil too
void check_type(lua_State* L, int index, int type);  // LUA_TTABLE...
std::string_view check_text(lua_State* L, int index);
std::string_view check_path(lua_State* L, int index);  // neither empty nor with a zero byte
lua_Number check_number(lua_State* L, int index);
lua_Integer check_integer(lua_State* L, int index,
                          lua_Integer least = std::numeric_limits<lua_Integer>::min(),
                          lua_Integer most = std::numeric_limits<lua_Integer>::max());

// How long a text may grow that C++ makes for a script: it lives outside of the run's memory until
// it is pushed.
size_t text_limit(lua_State* L);

// What keeps a text from being a path; nullptr if nothing does.
const char* path_fault(std::string_view path);

// Nothing for an argument that is absent or nil.
std::optional<std::string_view> optional_text(lua_State* L, int index);
std::optional<lua_Integer> optional_integer(
    lua_State* L, int index, lua_Integer least = std::numeric_limits<lua_Integer>::min(),
    lua_Integer most = std::numeric_limits<lua_Integer>::max());
std::optional<bool> optional_boolean(lua_State* L, int index);

}  // namespace sloth::lua
