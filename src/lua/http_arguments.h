// The ways in which scripts ask for HTTP, as one request that the broker takes
// (runner/http/http_request.h). The forms: (url), (url, headers), (url, options),
// (url, body, headers) where the method has a body, and (options).
#pragma once

#include <lua.hpp>
#include <string>
#include <string_view>

namespace sloth::lua {

struct HttpMethod {
    const char* name;  // "http.get": as scripts call it
    const char* verb;  // "GET"; nullptr: the options say it
    bool has_body = false;
};

// Pushes the request of the arguments from 1 on. Raises what is wrong with them.
void push_request(lua_State* L, const HttpMethod& method);

// Pushes the request of the options, a table or an address, at `index`, which is absolute.
void push_request_of(lua_State* L, int index);

// Adds the fields of the table at `from` to the one at `to`; both are absolute.
void add_fields(lua_State* L, int from, int to);

// "a=1&b=2" of a table; a list gives its name several times. Names are sorted.
std::string query_of(lua_State* L, int index);
std::string percent_encoded(std::string_view text);
std::string with_query(std::string_view url, std::string_view query);

}  // namespace sloth::lua
