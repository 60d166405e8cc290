// yaml: text to values and back.
#include "text/yaml.h"

#include "lua/binding.h"
#include "lua/modules.h"
#include "lua/value_convert.h"

namespace sloth::lua {
namespace {

// yaml.encode(value) -> text
int encode(lua_State* L) {
    check_any(L, 1);
    text::Value value;
    std::string why;
    const size_t limit = text_limit(L);
    if (!to_value(L, 1, {.max_bytes = limit}, value, why)) call_error(L, why);
    const Result<std::string> text = text::write_yaml(value, limit);
    if (!text) call_error(L, text.error().message);
    push(L, *text);
    return 1;
}

// yaml.decode(text) -> value | nil, message
int decode(lua_State* L) {
    const Result<text::Value> value = text::parse_yaml(check_text(L, 1));
    if (!value) return give_failure(L, value.error().message);
    push_value(L, *value);
    return 1;
}

// yaml.decode_all(text) -> array of the documents | nil, message
int decode_all(lua_State* L) {
    Result<std::vector<text::Value>> documents = text::parse_yaml_all(check_text(L, 1));
    if (!documents) return give_failure(L, documents.error().message);
    push_value(L, std::move(*documents));
    return 1;
}

}  // namespace

int open_yaml(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"decode", bound<decode>},
        {"decode_all", bound<decode_all>},
        {"encode", bound<encode>},
        {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
