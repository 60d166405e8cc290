// A template's text into what it says: the one door from file_ops to the template language.
#pragma once

#include <lua.hpp>
#include <string_view>

namespace sloth::lua {

// Pushes the text that `text` becomes with the table at index `vars`; raises if it cannot be read.
void render_template(lua_State* L, std::string_view text, int vars);

}  // namespace sloth::lua
