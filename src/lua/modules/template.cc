// template: text from data, in the language of Go's text/template.
#include "lua/binding.h"
#include "lua/handle.h"
#include "lua/modules.h"
#include "lua/render_template.h"

namespace sloth::lua {
namespace {

int render_source(lua_State* L, std::string_view source) {
    const Result<std::string> text = render_template(L, source, 2);
    if (!text) return give_failure(L, text.error().message);
    push(L, *text);
    return 1;
}

// parsed:render(data) -> text | nil, message
int render_parsed(lua_State* L);

constexpr luaL_Reg kMethods[] = {{"render", bound<render_parsed>}, {nullptr, nullptr}};
constexpr HandleType kParsed{"template", kMethods};

int render_parsed(lua_State* L) { return render_source(L, check_handle(L, 1, kParsed)); }

// template.render(text [, data]) -> text | nil, message
int render(lua_State* L) { return render_source(L, check_text(L, 1)); }

// template.parse(text) -> an object with `render` | nil, message
int parse(lua_State* L) {
    const Result<const text::Template*> made = compile_template(L, check_text(L, 1));
    if (!made) return give_failure(L, made.error().message);
    push_handle(L, kParsed, 1);
    return 1;
}

}  // namespace

int open_template(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"parse", bound<parse>},
        {"render", bound<render>},
        {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
