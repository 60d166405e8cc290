#include "lua/render_template.h"

#include "lua/binding.h"

namespace sloth::lua {

void render_template(lua_State* L, std::string_view text, int /*vars*/) {
    if (text.find("{{") != text.npos)
        luaL_error(L, "file_ops.template: this build has no template language");
    push(L, text);
}

}  // namespace sloth::lua
