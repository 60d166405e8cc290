// Objects of modules that scripts hold: a text that stands for something compiled, with methods.
// The object itself owns nothing outside of Lua (kept.h has the rest).
#pragma once

#include <lua.hpp>
#include <string_view>

namespace sloth::lua {

struct HandleType {
    const char* name;  // "regex pattern"
    const luaL_Reg* methods;
};

// Pushes an object for the string at `index`. `type` must live as long as the program.
void push_handle(lua_State* L, const HandleType& type, int index);

// The text of the object at `index`; raises if it is no such object. Valid while it stays there.
std::string_view check_handle(lua_State* L, int index, const HandleType& type);

}  // namespace sloth::lua
