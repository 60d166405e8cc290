// What a loaded script offers: which of the forms it has, and what it says about itself.
#pragma once

#include <lua.hpp>
#include <string>

namespace sloth::lua {

// table: the script returned a table with a function `execute`. on_event: it defined a global
// function of that name.
enum class Form : uint8_t { none, table, on_event };

// Pushes the function to call, or nil for none. `returned`: the index of what the script returned.
Form push_callable(lua_State* L, int returned);

// The scalar fields of the returned table and its event types, as a JSON object, with `form`. False
// and why not if a known field has a value that JSON does not have.
bool write_metadata(lua_State* L, int returned, Form form, std::string& out, std::string& error);

}  // namespace sloth::lua
