// Arguments that are checked by their names: a table of named fields, as in
// file_ops.copy{src = ..., dest = ...}, and single ones. Every mistake raises a Lua error that says
// which function, which argument and what was expected; a mistyped field is met with "did you
// mean".
//
// Texts are valid as long as the call: what has to be made for them stays on the stack.
#pragma once

#include <lua.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace sloth::lua {

class Fields {
 public:
    using Words = std::span<const std::string_view>;

    // The table at `index`, which may have the fields `known` and no others. `function` is how
    // scripts call it.
    Fields(lua_State* L, int index, const char* function, Words known);

    bool has(const char* field);
    std::string_view text(const char* field);  // must be there; numbers are texts too
    std::optional<std::string_view> optional_text(const char* field);
    std::string_view path(const char* field);      // a text that can be a path; must be there
    std::optional<int> mode(const char* field);    // permissions, as text in octal: "0644"
    bool flag(const char* field, bool otherwise);  // true or false
    std::string_view one_of(const char* field, Words words);  // the first if it is not there

    // Raises "file_ops.copy: ..." with the place in the script.
    int error(const char* format, ...);

 private:
    int push(const char* field);  // its type
    void check_names(Words known);

    lua_State* L_;
    int index_;
    const char* function_;
};

// Argument `index` of a function, called `what` in messages: "file.read: argument 1 (path) must be
// a string, not nil".
std::string_view check_argument(lua_State* L, int index, const char* function, const char* what);

// The same for a path, which is neither empty nor has a zero byte.
std::string_view check_path(lua_State* L, int index, const char* function, const char* what);

}  // namespace sloth::lua
