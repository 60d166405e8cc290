// secret: values that are stored encrypted and redacted wherever a run leaves text.
#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect.h"
#include "lua/fields.h"
#include "lua/modules.h"

namespace sloth::lua {
namespace {

// secret.get(name [, {stack = ...}]) -> value | nil, message
int get(lua_State* L) {
    constexpr const char* kName = "secret.get";
    static constexpr std::string_view kOptions[] = {"stack"};
    const std::string_view name = check_text(L, 1);
    lua_settop(L, 2);
    Fields options(L, 2, kOptions, Fields::Need::optional);
    options.optional_text("stack");
    lua_settop(L, 2);
    return effect(L, EffectKind::secret_get, kName,
                  Arguments(L, kName).text(name).object(2).take());
}

}  // namespace

int open_secret(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {{"get", bound<get>}, {nullptr, nullptr}};
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
