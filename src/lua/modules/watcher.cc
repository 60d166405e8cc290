// watcher: what agents watch, asked for by hooks. The register functions are one for each type of
// domain/watcher_types.cc.
#include "base/byte_text.h"
#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect.h"
#include "lua/fields.h"
#include "lua/modules.h"
#include "lua/watcher_options.h"

namespace sloth::lua {
namespace {

constexpr const char* kRegister = "watcher.register";
constexpr const char* kRemove = "watcher.remove";

// watcher.register.file{path = ..., when = ...} -> id | nil, message
int register_one(lua_State* L) {
    check_can_wait(L, kRegister);
    const auto type = find_watcher_type(text_at(L, lua_upvalueindex(1)));
    const WatcherOptions options = watcher_options(L, 1, **type);
    return effect(
        L, EffectKind::watcher_register, kRegister,
        Arguments(L, kRegister).text(options.agent).json(to_byte_text(options.spec)).take());
}

// watcher.remove(id or label [, {agent = ...}]) -> true | false, message
int remove(lua_State* L) {
    static constexpr std::string_view kOptions[] = {"agent"};
    const std::string_view ref = check_text(L, 1);
    if (ref.empty()) argument_error(L, 1, "an id or a label expected, got an empty string");
    lua_settop(L, 2);
    Fields options(L, 2, kOptions, Fields::Need::optional);
    options.push("agent");
    const std::string agent = check_agent(L, kRemove);
    return effect(L, EffectKind::watcher_remove, kRemove,
                  Arguments(L, kRemove).text(agent).text(ref).take());
}

// What scripts may look for and agents do not watch.
struct Missing {
    const char* name;
    const char* instead;
};

constexpr const char* kCustomInstead =
    "use watcher.register.command{command = ..., when = {...}}, which runs what you write, or "
    "event.dispatch for what a hook finds out by itself";

constexpr Missing kMissing[] = {
    {"connection",
     "use watcher.register.port{port = ..., host = ...} for whether a port answers, or "
     "watcher.register.command{command = \"ss -Htn state established\", when = {\"changed\"}}"},
    {"custom", kCustomInstead},
    {"package",
     "use watcher.register.command{command = \"dpkg-query -W\", when = {\"changed\"}}, or "
     "watcher.register.directory on the folder of the package manager's database"},
    {"user",
     "use watcher.register.command{command = \"who\", when = {\"changed\"}}, or "
     "watcher.register.log on the log of logins"},
};

// watcher.register.custom and the like: an error that says what to use
int missing(lua_State* L) {
    const Missing& row = kMissing[lua_tointeger(L, lua_upvalueindex(1))];
    return luaL_error(L, "watcher.register.%s: there are no %s watchers: %s", row.name, row.name,
                      row.instead);
}

// watcher.custom, where some scripts have it
int no_custom(lua_State* L) {
    return luaL_error(L, "watcher.custom: there are no custom watchers: %s", kCustomInstead);
}

void push_missing(lua_State* L, lua_Integer row) {
    lua_pushinteger(L, row);
    lua_pushcclosure(L, bound<missing>, 1);
}

}  // namespace

int open_watcher(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"custom", bound<no_custom>}, {"remove", bound<remove>}, {nullptr, nullptr}};
    luaL_newlib(L, kFunctions);
    lua_createtable(L, 0, static_cast<int>(watcher_types().size() + std::size(kMissing)));
    for (const WatcherType& type : watcher_types()) {
        push(L, type.name);
        push(L, type.name);
        lua_pushcclosure(L, bound<register_one>, 1);
        lua_rawset(L, -3);
    }
    for (size_t i = 0; i < std::size(kMissing); ++i) {
        push_missing(L, static_cast<lua_Integer>(i));
        lua_setfield(L, -2, kMissing[i].name);
    }
    lua_setfield(L, -2, "register");
    return 1;
}

}  // namespace sloth::lua
