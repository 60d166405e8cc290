#include "lua/fields.h"

#include <algorithm>
#include <cstdarg>
#include <string>

#include "base/similar.h"
#include "lua/binding.h"

namespace sloth::lua {
namespace {

constexpr int kOctal = 8;
constexpr size_t kMaxModeDigits = 4;

std::string joined(Fields::Words words) {
    std::string out;
    for (const std::string_view word : words) out.append(out.empty() ? "" : ", ").append(word);
    return out;
}

const char* path_fault(std::string_view path) {
    if (path.empty()) return "is empty: a path is expected";
    if (path.find('\0') != path.npos) return "holds a zero byte, which no path can";
    return nullptr;
}

std::optional<int> parse_mode(std::string_view text) {
    int mode = 0;
    if (text.empty() || text.size() > kMaxModeDigits) return std::nullopt;
    for (const char c : text) {
        if (c < '0' || c >= '0' + kOctal) return std::nullopt;
        mode = mode * kOctal + (c - '0');
    }
    return mode <= 0777 ? std::optional(mode) : std::nullopt;
}

}  // namespace

Fields::Fields(lua_State* L, int index, const char* function, Words known)
    : L_(L), index_(index), function_(function) {
    if (!lua_istable(L, index)) {
        error("it takes one table with %s, not %s", joined(known).c_str(),
              lua_isnone(L, index) ? "nothing" : luaL_typename(L, index));
    }
    check_names(known);
}

void Fields::check_names(Words known) {
    luaL_checkstack(L_, LUA_MINSTACK, function_);
    for (lua_pushnil(L_); lua_next(L_, index_) != 0; lua_pop(L_, 1)) {
        if (lua_type(L_, -2) != LUA_TSTRING) {
            error("it takes a table of named fields (%s), not a list", joined(known).c_str());
        }
        const std::string_view name = text_at(L_, -2);
        if (std::ranges::find(known, name) != known.end()) continue;
        const auto near = most_similar(name, known);
        const std::string hint =
            near ? "did you mean `" + std::string(*near) + "`?" : "there are " + joined(known);
        error("there is no field `%s`: %s", std::string(name).c_str(), hint.c_str());
    }
}

int Fields::error(const char* format, ...) {
    luaL_where(L_, 1);
    lua_pushfstring(L_, "%s: ", function_);
    va_list arguments;
    va_start(arguments, format);
    lua_pushvfstring(L_, format, arguments);
    va_end(arguments);
    lua_concat(L_, 3);
    return lua_error(L_);
}

int Fields::push(const char* field) {
    luaL_checkstack(L_, 2, function_);
    lua_pushstring(L_, field);
    return lua_rawget(L_, index_);
}

bool Fields::has(const char* field) { return push(field) != LUA_TNIL; }

std::optional<std::string_view> Fields::optional_text(const char* field) {
    const int type = push(field);
    if (type == LUA_TNIL) return std::nullopt;
    if (type != LUA_TSTRING && type != LUA_TNUMBER)
        error("the field `%s` must be a string, not a %s", field, lua_typename(L_, type));
    return text_at(L_, -1);
}

std::string_view Fields::text(const char* field) {
    const auto value = optional_text(field);
    if (!value) error("the field `%s` is missing: it must be a string", field);
    return *value;
}

std::string_view Fields::path(const char* field) {
    const std::string_view value = text(field);
    if (const char* fault = path_fault(value)) error("the field `%s` %s", field, fault);
    return value;
}

std::optional<int> Fields::mode(const char* field) {
    const int type = push(field);
    if (type == LUA_TNIL) return std::nullopt;
    if (type == LUA_TNUMBER) {
        error(
            "the field `%s` must be text in octal such as \"0644\", not a number, which Lua reads "
            "as a decimal one",
            field);
    }
    const auto mode = type == LUA_TSTRING ? parse_mode(text_at(L_, -1)) : std::nullopt;
    if (!mode) error("the field `%s` must be text in octal from \"0\" to \"0777\"", field);
    return mode;
}

bool Fields::flag(const char* field, bool otherwise) {
    const int type = push(field);
    if (type == LUA_TNIL) return otherwise;
    if (type != LUA_TBOOLEAN)
        error("the field `%s` must be true or false, not a %s", field, lua_typename(L_, type));
    return lua_toboolean(L_, -1) != 0;
}

std::string_view Fields::one_of(const char* field, Words words) {
    const auto value = optional_text(field);
    if (!value) return words.front();
    const auto found = std::ranges::find(words, *value);
    if (found != words.end()) return *found;
    error("the field `%s` must be one of %s, not '%s'", field, joined(words).c_str(),
          std::string(*value).c_str());
    return {};
}

std::string_view check_argument(lua_State* L, int index, const char* function, const char* what) {
    const int type = lua_type(L, index);
    if (type != LUA_TSTRING && type != LUA_TNUMBER) {
        luaL_error(L, "%s: argument %d (%s) must be a string, not %s", function, index, what,
                   type == LUA_TNONE ? "nothing" : lua_typename(L, type));
    }
    return text_at(L, index);
}

std::string_view check_path(lua_State* L, int index, const char* function, const char* what) {
    const std::string_view path = check_argument(L, index, function, what);
    if (const char* fault = path_fault(path))
        luaL_error(L, "%s: argument %d (%s) %s", function, index, what, fault);
    return path;
}

}  // namespace sloth::lua
