// Templates with the data of a script. Compiled ones are kept for the run (kept.h).
#pragma once

#include <lua.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "text/template/template.h"

namespace sloth::lua {

// Code::invalid with the place in the template. Valid until the next call.
Result<const text::Template*> compile_template(lua_State* L, std::string_view source);

// The data is the value at `data`, an absolute index; raises if it can be no data. Otherwise
// errors are those of text::Template.
Result<std::string> render_template(lua_State* L, std::string_view source, int data);

}  // namespace sloth::lua
