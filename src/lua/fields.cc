#include "lua/fields.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/similar.h"
#include "lua/binding.h"
#include "lua/check.h"

namespace sloth::lua {
namespace {

constexpr int kOctal = 8;
constexpr size_t kMaxModeDigits = 4;

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

Fields::Fields(lua_State* L, int index, Words known, Need need) : L_(L), index_(index) {
    if (need == Need::optional && lua_isnoneornil(L, index)) {
        index_ = 0;
        return;
    }
    if (!lua_istable(L, index)) {
        const char* got = lua_isnone(L, index) ? "nothing" : luaL_typename(L, index);
        if (need == Need::optional) type_error(L, index, "table");
        error("it takes one table with {}, not {}", fmt::join(known, ", "), got);
    }
    check_names(known);
}

void Fields::check_names(Words known) {
    luaL_checkstack(L_, LUA_MINSTACK, nullptr);
    for (lua_pushnil(L_); lua_next(L_, index_) != 0; lua_pop(L_, 1)) {
        if (lua_type(L_, -2) != LUA_TSTRING)
            error("it takes a table of named fields ({}), not a list", fmt::join(known, ", "));
        const std::string_view name = text_at(L_, -2);
        if (std::ranges::find(known, name) != known.end()) continue;
        const auto near = most_similar(name, known);
        if (near) error("there is no field `{}`: did you mean `{}`?", name, *near);
        error("there is no field `{}`: there are {}", name, fmt::join(known, ", "));
    }
}

void Fields::raise(const std::string& why) const { call_error(L_, why); }

void Fields::wrong_type(const char* field, std::string_view expected, int type) const {
    error("the field `{}` must be {}, not a {}", field, expected, lua_typename(L_, type));
}

int Fields::push(const char* field) {
    luaL_checkstack(L_, LUA_MINSTACK, nullptr);
    if (index_ == 0) {
        lua_pushnil(L_);
        return LUA_TNIL;
    }
    lua_pushstring(L_, field);
    return lua_rawget(L_, index_);
}

bool Fields::push_table(const char* field) {
    const int type = push(field);
    if (type == LUA_TTABLE) return true;
    if (type != LUA_TNIL) wrong_type(field, "a table", type);
    lua_pop(L_, 1);
    return false;
}

bool Fields::has(const char* field) { return push(field) != LUA_TNIL; }

std::optional<std::string_view> Fields::optional_text(const char* field) {
    const int type = push(field);
    if (type == LUA_TNIL) return std::nullopt;
    if (type != LUA_TSTRING && type != LUA_TNUMBER) wrong_type(field, "a string", type);
    return text_at(L_, -1);
}

std::string_view Fields::text(const char* field) {
    const auto value = optional_text(field);
    if (!value) error("the field `{}` is missing: it must be a string", field);
    return *value;
}

std::string_view Fields::path(const char* field) {
    const std::string_view value = text(field);
    if (const char* fault = path_fault(value)) error("the field `{}` {}", field, fault);
    return value;
}

std::optional<int> Fields::mode(const char* field) {
    const int type = push(field);
    if (type == LUA_TNIL) return std::nullopt;
    if (type == LUA_TNUMBER) {
        error(
            "the field `{}` must be text in octal such as \"0644\", not a number, which Lua reads "
            "as a decimal one",
            field);
    }
    const auto mode = type == LUA_TSTRING ? parse_mode(text_at(L_, -1)) : std::nullopt;
    if (!mode) error("the field `{}` must be text in octal from \"0\" to \"0777\"", field);
    return mode;
}

bool Fields::flag(const char* field, bool otherwise) {
    const int type = push(field);
    if (type == LUA_TNIL) return otherwise;
    if (type != LUA_TBOOLEAN) wrong_type(field, "true or false", type);
    return lua_toboolean(L_, -1) != 0;
}

std::string_view Fields::one_of(const char* field, Words words) {
    const auto value = optional_text(field);
    if (!value) return words.front();
    const auto found = std::ranges::find(words, *value);
    if (found != words.end()) return *found;
    error("the field `{}` must be one of {}, not '{}'", field, fmt::join(words, ", "), *value);
}

std::optional<double> Fields::number(const char* field, double least, double most) {
    const int type = push(field);
    if (type == LUA_TNIL) return std::nullopt;
    int ok = 0;
    const double value = lua_tonumberx(L_, -1, &ok);
    if (ok == 0) wrong_type(field, "a number", type);
    if (!(value >= least && value <= most))
        error("the field `{}` must be from {} to {}, not {}", field, least, most, value);
    return value;
}

std::optional<int64_t> Fields::integer(const char* field, int64_t least, int64_t most) {
    const int type = push(field);
    if (type == LUA_TNIL) return std::nullopt;
    int ok = 0;
    const int64_t value = lua_tointegerx(L_, -1, &ok);
    if (ok == 0 && lua_isnumber(L_, -1) == 0) wrong_type(field, "a number", type);
    if (ok == 0) error("the field `{}` must be a whole number", field);
    if (value >= least && value <= most) return value;
    if (most == std::numeric_limits<int64_t>::max())
        error("the field `{}` must be {} or more, not {}", field, least, value);
    error("the field `{}` must be from {} to {}, not {}", field, least, most, value);
}

}  // namespace sloth::lua
