#include "lua/http_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "lua/binding.h"
#include "lua/fields.h"
#include "lua/json_write.h"
#include "lua/seconds.h"

namespace sloth::lua {
namespace {

constexpr std::string_view kOptions[] = {
    "body",   "ca_file", "headers", "json",        "max_bytes", "max_redirects", "max_retries",
    "method", "query",   "retries", "retry_delay", "timeout",   "url",           "verify"};
static_assert(std::ranges::is_sorted(kOptions));

bool is_option(std::string_view name) { return std::ranges::binary_search(kOptions, name); }

void set_value(lua_State* L, int table, const char* field, int value) {
    lua_pushvalue(L, value);
    lua_setfield(L, table, field);
}

enum class Meaning : uint8_t { options, headers };

// Whether the table in place of options has their names, or those of headers.
Meaning meaning_of(lua_State* L, int index, const HttpMethod& method) {
    bool options = false;
    std::string other;
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        const bool named = lua_type(L, -2) == LUA_TSTRING;
        if (named && is_option(text_at(L, -2))) {
            options = true;
        } else {
            other = named ? std::string(text_at(L, -2)) : "a list";
        }
    }
    if (other.empty()) return Meaning::options;
    if (!options && !method.has_body) return Meaning::headers;
    if (options) argument_error(L, index, fmt::format("'{}' is no option of a request", other));
    argument_error(
        L, index,
        fmt::format("'{}' is no option of a request; for a JSON body: {{json = {{...}}}}", other));
}

// The body, or headers, or options.
void add_second(lua_State* L, const HttpMethod& method, int out) {
    if (lua_isnil(L, 2)) return;
    if (lua_istable(L, 2)) {
        const bool headers = meaning_of(L, 2, method) == Meaning::headers;
        if (headers) return set_value(L, out, "headers", 2);
        lua_getfield(L, 2, "url");
        if (!lua_isnil(L, -1)) argument_error(L, 2, "the address is there already, as argument #1");
        lua_pop(L, 1);
        return add_fields(L, 2, out);
    }
    if (!method.has_body) type_error(L, 2, "table of headers or options");
    if (lua_isstring(L, 2) == 0) type_error(L, 2, "string or table of options");
    set_value(L, out, "body", 2);
}

void set_url(lua_State* L, Fields& fields, int out) {
    std::string url(fields.text("url"));
    if (fields.push_table("query")) url = with_query(url, query_of(L, lua_gettop(L)));
    push(L, url);
    lua_setfield(L, out, "url");
}

// A copy, in which a JSON body without a type has got one.
void set_headers(lua_State* L, Fields& fields, int out, bool json) {
    lua_newtable(L);
    const int copy = lua_gettop(L);
    if (fields.push_table("headers")) {
        for (lua_pushnil(L); lua_next(L, copy + 1) != 0;) {
            if (lua_type(L, -2) != LUA_TSTRING ||
                (lua_isstring(L, -1) == 0 && !lua_isboolean(L, -1)))
                fields.error("the field `headers` must map names to strings");
            std::string name(text_at(L, -2));
            std::ranges::transform(name, name.begin(),
                                   [](unsigned char c) { return std::tolower(c); });
            if (name == "content-type") json = false;
            lua_pushvalue(L, -2);
            lua_insert(L, -2);
            lua_rawset(L, copy);
        }
    }
    if (json) {
        lua_pushliteral(L, "application/json");
        lua_setfield(L, copy, "Content-Type");
    }
    lua_pushvalue(L, copy);
    lua_setfield(L, out, "headers");
}

void set_json(lua_State* L, Fields& fields, int out) {
    std::string text;
    std::string error;
    const JsonStyle style{.max_bytes = text_limit(L)};
    if (!write_json(L, lua_gettop(L), style, text, error))
        fields.error("the body cannot be JSON: {}", error);
    push(L, text);
    lua_setfield(L, out, "body");
}

// True for one that was made from a value.
bool set_body(lua_State* L, Fields& fields, int out) {
    const int body = fields.push("body");
    if (body == LUA_TSTRING || body == LUA_TNUMBER) {
        if (fields.has("json")) fields.error("it takes `body` or `json`, not both");
        lua_pop(L, 1);
        lua_tolstring(L, -1, nullptr);
        lua_setfield(L, out, "body");
        return false;
    }
    if (body == LUA_TTABLE) {
        set_json(L, fields, out);
        return true;
    }
    if (body != LUA_TNIL)
        fields.error("the field `body` must be a string, or a table, which is sent as JSON");
    if (!fields.has("json")) return false;
    set_json(L, fields, out);
    return true;
}

void set_whole(lua_State* L, Fields& fields, int out, const char* field, const char* as) {
    if (const auto value = fields.integer(field, 0)) {
        lua_pushinteger(L, *value);
        lua_setfield(L, out, as);
    }
}

}  // namespace

void add_fields(lua_State* L, int from, int to) {
    for (lua_pushnil(L); lua_next(L, from) != 0;) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, to);
    }
}

void push_request_of(lua_State* L, int index) {
    if (lua_type(L, index) == LUA_TSTRING) {
        lua_newtable(L);
        set_value(L, lua_gettop(L), "url", index);
        return;
    }
    Fields fields(L, index, kOptions);
    lua_newtable(L);
    const int out = lua_gettop(L);
    set_url(L, fields, out);
    const bool json = set_body(L, fields, out);
    set_headers(L, fields, out, json);
    for (const char* field : {"method", "ca_file"}) {
        if (fields.optional_text(field)) lua_setfield(L, out, field);
    }
    for (const char* field : {"timeout", "retry_delay"}) {
        if (push_seconds(L, fields, field)) lua_setfield(L, out, field);
    }
    set_whole(L, fields, out, "max_retries", "retries");
    for (const char* field : {"retries", "max_redirects", "max_bytes"})
        set_whole(L, fields, out, field, field);
    if (!fields.flag("verify", true)) {
        lua_pushboolean(L, 0);
        lua_setfield(L, out, "verify");
    }
    lua_settop(L, out);
}

void push_request(lua_State* L, const HttpMethod& method) {
    lua_settop(L, 3);
    lua_newtable(L);
    const int options = lua_gettop(L);
    if (lua_istable(L, 1)) {
        if (!lua_isnil(L, 2)) argument_error(L, 2, "nothing expected after a table of options");
        add_fields(L, 1, options);
    } else if (method.verb == nullptr) {
        type_error(L, 1, "table of options");
    } else {
        if (lua_isstring(L, 1) == 0) type_error(L, 1, "address or table of options");
        set_value(L, options, "url", 1);
        add_second(L, method, options);
        if (!lua_isnil(L, 3)) {
            if (lua_istable(L, 2)) argument_error(L, 3, "nothing expected after options");
            check_type(L, 3, LUA_TTABLE);
            set_value(L, options, "headers", 3);
        }
    }
    if (method.verb != nullptr) {
        lua_pushstring(L, method.verb);
        lua_setfield(L, options, "method");
    }
    push_request_of(L, options);
}

}  // namespace sloth::lua
