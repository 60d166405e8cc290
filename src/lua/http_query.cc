#include <algorithm>
#include <utility>
#include <vector>

#include "lua/binding.h"
#include "lua/http_arguments.h"

namespace sloth::lua {
namespace {

std::string value_text(lua_State* L) {
    if (lua_isboolean(L, -1)) return lua_toboolean(L, -1) != 0 ? "true" : "false";
    if (lua_isstring(L, -1) == 0) {
        call_error(L, fmt::format("a value of a query must be a string, a number, a boolean or a "
                                  "list of them, not a {}",
                                  luaL_typename(L, -1)));
    }
    lua_pushvalue(L, -1);  // the one in the table stays a number
    std::string text(text_at(L, -1));
    lua_pop(L, 1);
    return text;
}

}  // namespace

// RFC 3986, 2.3: what need not be encoded.
std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || std::string_view("-._~").contains(c);
        if (plain) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', kDigits[byte >> 4], kDigits[byte & 0xF]};
    }
    return out;
}

std::string query_of(lua_State* L, int index) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            call_error(L, "a query must be a table of names and values, not a list");
        const std::string name(text_at(L, -2));
        if (!lua_istable(L, -1)) {
            pairs.emplace_back(name, value_text(L));
            continue;
        }
        const auto count = static_cast<lua_Integer>(lua_rawlen(L, -1));
        for (lua_Integer i = 1; i <= count; ++i) {
            lua_rawgeti(L, -1, i);
            pairs.emplace_back(name, value_text(L));
            lua_pop(L, 1);
        }
    }
    std::ranges::stable_sort(pairs, {}, &std::pair<std::string, std::string>::first);
    std::string out;
    for (const auto& [name, value] : pairs) {
        if (!out.empty()) out += '&';
        out += percent_encoded(name) + "=" + percent_encoded(value);
    }
    return out;
}

std::string with_query(std::string_view url, std::string_view query) {
    if (query.empty()) return std::string(url);
    const size_t mark = std::min(url.find('#'), url.size());
    std::string out(url.substr(0, mark));
    if (!out.contains('?')) {
        out += '?';
    } else if (!out.ends_with('?') && !out.ends_with('&')) {
        out += '&';
    }
    out.append(query);
    out.append(url.substr(mark));
    return out;
}

}  // namespace sloth::lua
