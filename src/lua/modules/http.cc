// http: requests, made by the broker. The hook waits without holding anything up.
#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect_then.h"
#include "lua/fields.h"
#include "lua/http_arguments.h"
#include "lua/http_download.h"
#include "lua/http_response.h"
#include "lua/json_read.h"
#include "lua/json_write.h"
#include "lua/modules.h"

namespace sloth::lua {
namespace {

constexpr HttpMethod kDelete{.name = "http.delete", .verb = "DELETE"};
constexpr HttpMethod kGet{.name = "http.get", .verb = "GET"};
constexpr HttpMethod kHead{.name = "http.head", .verb = "HEAD"};
constexpr HttpMethod kPatch{.name = "http.patch", .verb = "PATCH", .has_body = true};
constexpr HttpMethod kPost{.name = "http.post", .verb = "POST", .has_body = true};
constexpr HttpMethod kPut{.name = "http.put", .verb = "PUT", .has_body = true};
constexpr HttpMethod kRequest{.name = "http.request", .verb = nullptr, .has_body = true};

int give_response(lua_State* L, int first) {
    complete_response(L, first);
    return lua_gettop(L) - first + 1;
}

// http.post(...) -> {status_code, status, headers, body, json, elapsed_ms, success} | nil, message
template <const HttpMethod& kMethod>
int request(lua_State* L) {
    check_can_wait(L, kMethod.name);
    push_request(L, kMethod);
    std::string args = Arguments(L, kMethod.name).object(lua_gettop(L)).take();
    lua_settop(L, 0);
    return effect_then<give_response>(L, EffectKind::http_request, kMethod.name, std::move(args));
}

int give_responses(lua_State* L, int first) {
    if (!lua_istable(L, first)) return lua_gettop(L) - first + 1;
    const auto count = static_cast<lua_Integer>(lua_rawlen(L, first));
    for (lua_Integer i = 1; i <= count; ++i) {
        lua_rawgeti(L, first, i);
        complete_response(L, lua_gettop(L));
        lua_pop(L, 1);
    }
    return lua_gettop(L) - first + 1;
}

// http.all{options | address, ...} -> {response | {error, success = false, status_code = 0}, ...}
int all(lua_State* L) {
    constexpr const char* kName = "http.all";
    check_can_wait(L, kName);
    if (!lua_istable(L, 1)) type_error(L, 1, "list of requests");
    lua_settop(L, 1);
    const auto count = static_cast<lua_Integer>(lua_rawlen(L, 1));
    if (count == 0) {
        lua_pushnil(L);
        if (lua_next(L, 1) != 0) argument_error(L, 1, "list of requests expected");
        lua_newtable(L);
        return 1;
    }
    constexpr int kRequests = 2;
    lua_createtable(L, static_cast<int>(count), 0);
    for (lua_Integer i = 1; i <= count; ++i) {
        lua_rawgeti(L, 1, i);
        if (lua_type(L, -1) != LUA_TSTRING && !lua_istable(L, -1)) {
            argument_error(L, 1,
                           fmt::format("request {} must be an address or a table of options, not "
                                       "a {}",
                                       i, luaL_typename(L, -1)));
        }
        push_request_of(L, lua_gettop(L));
        lua_rawseti(L, kRequests, i);
        lua_settop(L, kRequests);
    }
    std::string args = Arguments(L, kName).value(kRequests).take();
    lua_settop(L, 0);
    return effect_then<give_responses>(L, EffectKind::http_all, kName, std::move(args));
}

// http.download(url, path [, options]) -> true, {changed, dest, src, size} | nil, message
int download_file(lua_State* L) {
    constexpr const char* kName = "http.download";
    check_can_wait(L, kName);
    check_text(L, 1);
    const std::string_view path = check_path(L, 2);
    lua_settop(L, 3);
    lua_createtable(L, 0, 4);
    const int options = lua_gettop(L);
    if (!lua_isnil(L, 3)) {
        check_type(L, 3, LUA_TTABLE);
        add_fields(L, 3, options);
    }
    lua_pushvalue(L, 1);
    lua_setfield(L, options, "url");
    push_request_of(L, options);
    return download(L, kName, path, std::nullopt);
}

// http.url_encode(text | table) -> text
int url_encode(lua_State* L) {
    if (lua_istable(L, 1)) {
        push(L, query_of(L, 1));
    } else {
        push(L, percent_encoded(check_text(L, 1)));
    }
    return 1;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// http.url_decode(text) -> text | nil, message; a plus is a blank
int url_decode(lua_State* L) {
    const std::string_view text = check_text(L, 1);
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
        if (low < 0)
            return give_failure(L, fmt::format("http.url_decode: two hex digits must follow the "
                                               "% at place {}",
                                               i + 1));
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    push(L, out);
    return 1;
}

// http.build_url(base [, query]) -> text
int build_url(lua_State* L) {
    const std::string_view base = check_text(L, 1);
    lua_settop(L, 2);
    if (!lua_isnil(L, 2)) check_type(L, 2, LUA_TTABLE);
    push(L, lua_isnil(L, 2) ? std::string(base) : with_query(base, query_of(L, 2)));
    return 1;
}

// http.parse_json(text) -> value | nil, message
int parse_json(lua_State* L) {
    std::string error;
    if (push_json(L, check_text(L, 1), error)) return 1;
    return give_failure(L, error);
}

// http.to_json(value) -> text
int to_json(lua_State* L) {
    check_any(L, 1);
    std::string text;
    std::string why;
    if (!write_json(L, 1, {.max_bytes = text_limit(L)}, text, why)) call_error(L, why);
    push(L, text);
    return 1;
}

lua_Integer status_of(lua_State* L) {
    check_any(L, 1);
    if (lua_isnil(L, 1)) return 0;
    if (lua_isnumber(L, 1) != 0) return check_integer(L, 1);
    if (!lua_istable(L, 1)) type_error(L, 1, "response or status code");
    lua_getfield(L, 1, "status_code");
    return lua_tointeger(L, -1);
}

// http.is_success(response | status code) -> boolean
int is_success(lua_State* L) {
    const lua_Integer code = status_of(L);
    lua_pushboolean(L, code >= 200 && code < 300 ? 1 : 0);
    return 1;
}

// http.is_error(response | status code) -> boolean; true for a request that got no response
int is_error(lua_State* L) {
    const lua_Integer code = status_of(L);
    lua_pushboolean(L, code == 0 || code >= 400 ? 1 : 0);
    return 1;
}

}  // namespace

int open_http(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"all", bound<all>},
        {"build_url", bound<build_url>},
        {"delete", bound<request<kDelete>>},
        {"download", bound<download_file>},
        {"get", bound<request<kGet>>},
        {"head", bound<request<kHead>>},
        {"is_error", bound<is_error>},
        {"is_success", bound<is_success>},
        {"parse_json", bound<parse_json>},
        {"patch", bound<request<kPatch>>},
        {"post", bound<request<kPost>>},
        {"put", bound<request<kPut>>},
        {"request", bound<request<kRequest>>},
        {"to_json", bound<to_json>},
        {"url_decode", bound<url_decode>},
        {"url_encode", bound<url_encode>},
        {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
