// Everything that a hook can require(), beside Lua's own libraries; each is a global too. To add
// one: write modules/<name>.cc with its open_ function, declare it here, add a line in modules.cc.
#pragma once

#include <lua.hpp>
#include <span>
#include <string_view>

namespace sloth::lua {

struct Module {
    std::string_view name;
    lua_CFunction open;  // pushes the module's table
};

std::span<const Module> modules();  // sorted by name
const Module* find_module(std::string_view name);

// Pushes what require(name) gives: a module, or one of Lua's libraries. The same table each time.
void push_required(lua_State* L, std::string_view name);

int open_crypto(lua_State* L);
int open_env(lua_State* L);
int open_event(lua_State* L);
int open_exec(lua_State* L);
int open_file(lua_State* L);
int open_file_ops(lua_State* L);
int open_http(lua_State* L);
int open_json(lua_State* L);
int open_log(lua_State* L);
int open_regex(lua_State* L);
int open_secret(lua_State* L);
int open_state(lua_State* L);
int open_template(lua_State* L);
int open_time(lua_State* L);
int open_watcher(lua_State* L);
int open_yaml(lua_State* L);

// os.getenv: env.get by its older name.
int os_getenv(lua_State* L);

}  // namespace sloth::lua
