#include "lua/modules.h"

#include <algorithm>

#include "lua/binding.h"
#include "lua/library.h"
#include "lua/private_values.h"

namespace sloth::lua {
namespace {

constexpr Module kModules[] = {
    {"crypto", open_crypto}, {"env", open_env},         {"event", open_event},
    {"exec", open_exec},     {"file", open_file},       {"file_ops", open_file_ops},
    {"fs", open_file},       {"http", open_http},       {"json", open_json},
    {"log", open_log},       {"regex", open_regex},     {"secret", open_secret},
    {"slog", open_log},      {"state", open_state},     {"template", open_template},
    {"time", open_time},     {"watcher", open_watcher}, {"yaml", open_yaml},
};
static_assert(std::ranges::is_sorted(kModules, {}, &Module::name));

constexpr int kUsualModules = 4;  // what a run uses, rarely more

}  // namespace

std::span<const Module> modules() { return kModules; }

const Module* find_module(std::string_view name) {
    const auto* found = std::ranges::lower_bound(kModules, name, {}, &Module::name);
    return found != std::end(kModules) && found->name == name ? found : nullptr;
}

void push_required(lua_State* L, std::string_view name) {
    const Module* module = find_module(name);
    if (module == nullptr) return push_global(L, name);
    if (push_private(L, Private::modules) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_createtable(L, 0, kUsualModules);
        keep_private(L, Private::modules);
    }
    push(L, name);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushcfunction(L, module->open);
        lua_call(L, 0, 1);
        push(L, name);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
    }
    lua_remove(L, -2);
}

}  // namespace sloth::lua
