// A file from an address: the body of a successful response, put in place of the file at once.
#pragma once

#include <lua.hpp>
#include <optional>
#include <string_view>

namespace sloth::lua {

// The request lies on top of the stack, a table. -> true, {changed, dest, src, size} | nil,
// message. The last act of its function.
int download(lua_State* L, const char* name, std::string_view path, std::optional<int> mode);

}  // namespace sloth::lua
