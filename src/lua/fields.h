// Arguments that are checked by their names: a table of named fields, as in
// file_ops.copy{src = ..., dest = ...}. Every mistake raises a Lua error that says which function,
// which field and what was expected; a mistyped field is met with "did you mean".
//
// Texts are valid as long as the call: what has to be made for them stays on the stack.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <lua.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sloth::lua {

class Fields {
 public:
    using Words = std::span<const std::string_view>;

    // Whether there may be none of it: nil stands for an empty table then.
    enum class Need : uint8_t { required, optional };

    // The table at `index`, an absolute one, which may have the fields `known` and no others.
    Fields(lua_State* L, int index, Words known, Need need = Need::required);

    bool has(const char* field);
    std::string_view text(const char* field);  // must be there; numbers are texts too
    std::optional<std::string_view> optional_text(const char* field);
    std::string_view path(const char* field);      // a text that can be a path; must be there
    std::optional<int> mode(const char* field);    // permissions, as text in octal: "0644"
    bool flag(const char* field, bool otherwise);  // true or false
    std::string_view one_of(const char* field, Words words);  // the first if it is not there
    std::optional<double> number(const char* field, double least, double most);
    std::optional<int64_t> integer(const char* field, int64_t least,
                                   int64_t most = std::numeric_limits<int64_t>::max());
    // Leaves the value on the stack and gives its type; LUA_TNIL if it is not there.
    int push(const char* field);
    bool push_table(const char* field);  // false, and nothing on the stack, if it is not there

    // Raises "file_ops.copy: ..." with the place in the script.
    template <class... T>
    [[noreturn]] void error(fmt::format_string<T...> format, T&&... args) const {
        raise(fmt::format(format, std::forward<T>(args)...));
    }

 private:
    [[noreturn]] void raise(const std::string& why) const;
    [[noreturn]] void wrong_type(const char* field, std::string_view expected, int type) const;
    void check_names(Words known);

    lua_State* L_;
    int index_;  // 0: there is no table
};

}  // namespace sloth::lua
