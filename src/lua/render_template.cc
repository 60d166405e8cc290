#include "lua/render_template.h"

#include <algorithm>

#include "lua/check.h"
#include "lua/context.h"
#include "lua/kept.h"
#include "lua/value_convert.h"

namespace sloth::lua {

using Cache = KeptCache<text::Template>;

Result<const text::Template*> compile_template(lua_State* L, std::string_view source) {
    Cache& cache = kept<Cache>(context(L));
    if (const text::Template* known = cache.find(source)) return known;
    SLOTH_TRY(text::Template made, text::Template::parse(source));
    return &cache.add(source, std::move(made));
}

Result<std::string> render_template(lua_State* L, std::string_view source, int data) {
    text::Value value;
    std::string why;
    const size_t limit = text_limit(L);
    if (!to_value(L, data, {.max_bytes = limit}, value, why))
        call_error(L, "the data of a template: " + why);
    SLOTH_TRY(const text::Template* made, compile_template(L, source));
    text::TemplateLimits limits;
    limits.max_output = std::min(limits.max_output, limit);
    return made->render(value, limits);
}

}  // namespace sloth::lua
