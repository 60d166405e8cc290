// template: text from data, in the language of Go's text/template.
#include "text/template/template.h"

#include <algorithm>

#include "lua/binding.h"
#include "lua/context.h"
#include "lua/handle.h"
#include "lua/kept.h"
#include "lua/modules.h"
#include "lua/value_convert.h"

namespace sloth::lua {
namespace {

using Cache = KeptCache<text::Template>;

Result<const text::Template*> compiled(lua_State* L, std::string_view source) {
    Cache& cache = kept<Cache>(context(L));
    if (const text::Template* known = cache.find(source)) return known;
    SLOTH_TRY(text::Template made, text::Template::parse(source));
    return &cache.add(source, std::move(made));
}

// The data is argument 2.
int render_source(lua_State* L, std::string_view source) {
    text::Value data;
    std::string why;
    const size_t limit = text_limit(L);
    if (!to_value(L, 2, {.max_bytes = limit}, data, why))
        argument_error(L, 2, "the data of a template: " + why);
    const Result<const text::Template*> made = compiled(L, source);
    if (!made) return give_failure(L, made.error().message);
    text::TemplateLimits limits;
    limits.max_output = std::min(limits.max_output, limit);
    const Result<std::string> text = (*made)->render(data, limits);
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
    const Result<const text::Template*> made = compiled(L, check_text(L, 1));
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
