// The functions of Lua's own libraries that hooks may call, looked up once for a worker's life, and
// the table of every global that a hook can name. Immutable after its construction.
#pragma once

#include <lua.hpp>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sloth::lua {

class Library {
 public:
    Library();  // opens a state of its own and takes what it needs

    // "string.find", "next"; null if Lua has no such function.
    lua_CFunction find(std::string_view name) const;

    // Metamethods of strings: "10" + 1 is 11.
    const luaL_Reg* arithmetic() const { return arithmetic_.data(); }  // to {nullptr, nullptr}

 private:
    std::unordered_map<std::string_view, lua_CFunction> functions_;  // keys: literals
    std::vector<luaL_Reg> arithmetic_;
};

// Goes on as the stock function of this name, with the arguments of the one that runs: errors name
// what the script has called. As the last act.
int call_stock(lua_State* L, std::string_view name);

// Makes every allowed global appear on first use, and strings behave as strings do.
void install_globals(lua_State* L);

// Pushes the global of this name, made now if need be; nil if there is none.
void push_global(lua_State* L, std::string_view name);

// The value at `index` is the table of globals and still makes them on first use.
bool has_lazy_globals(lua_State* L, int index);

// Makes all of them, for scripts that look at _G as a table.
void fill_globals(lua_State* L);

}  // namespace sloth::lua
