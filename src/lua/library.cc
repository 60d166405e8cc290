#include "lua/library.h"

#include <algorithm>
#include <string>

#include "lua/base_functions.h"
#include "lua/binding.h"
#include "lua/context.h"
#include "lua/coroutines.h"
#include "lua/modules.h"
#include "lua/private_values.h"
#include "lua/standard_tables.h"
#include "lua/table_functions.h"

namespace sloth::lua {
namespace {

// Stock functions, as "function" (a global) or "table.function".
constexpr std::string_view kStock[] = {
    "assert",        "debug.traceback",
    "error",         "ipairs",
    "load",          "next",
    "os.clock",      "os.date",
    "os.difftime",   "os.time",
    "pairs",         "rawequal",
    "rawget",        "rawlen",
    "rawset",        "select",
    "setmetatable",  "string.find",
    "string.format", "string.gsub",
    "table.concat",  "table.insert",
    "table.move",    "table.remove",
    "table.unpack",  "tonumber",
    "type",
};
static_assert(std::ranges::is_sorted(kStock));

constexpr const char* kArithmetic[] = {"__add", "__div", "__idiv", "__mod",
                                       "__mul", "__pow", "__sub",  "__unm"};

// `make` pushes the value; null: the stock function of that name is the value.
struct Global {
    std::string_view name;
    lua_CFunction make;
};

template <lua_CFunction kFunction>
int function(lua_State* L) {
    lua_pushcfunction(L, bound<kFunction>);
    return 1;
}

int make_globals(lua_State* L) {
    lua_pushglobaltable(L);
    return 1;
}

int make_version(lua_State* L) {
    lua_pushliteral(L, LUA_VERSION);
    return 1;
}

// Everything but the modules (modules.cc).
constexpr Global kGlobals[] = {
    {"_G", make_globals},
    {"_VERSION", make_version},
    {"assert", nullptr},
    {"collectgarbage", function<base_collectgarbage>},
    {"contains", function<base_contains>},
    {"coroutine", open_coroutine},
    {"debug", open_debug},
    {"error", nullptr},
    {"getmetatable", function<base_getmetatable>},
    {"ipairs", nullptr},
    {"load", function<base_load>},
    {"loadstring", function<base_loadstring>},
    {"math", open_math},
    {"next", nullptr},
    {"os", open_os},
    {"pairs", nullptr},
    {"pcall", function<base_pcall>},
    {"print", function<base_print>},
    {"rawequal", nullptr},
    {"rawget", nullptr},
    {"rawlen", nullptr},
    {"rawset", nullptr},
    {"require", function<base_require>},
    {"select", nullptr},
    {"setmetatable", function<base_setmetatable>},
    {"string", open_string},
    {"table", open_table},
    {"tonumber", nullptr},
    {"tostring", function<base_tostring>},
    {"type", nullptr},
    {"unpack", function<table_unpack>},
    {"utf8", open_utf8},
    {"xpcall", function<base_xpcall>},
};
static_assert(std::ranges::is_sorted(kGlobals, {}, &Global::name));

constexpr int kUsualGlobals = 4;  // what a run uses or makes, rarely more

void push_new(lua_State* L, std::string_view name) {
    const auto* global = std::ranges::lower_bound(kGlobals, name, {}, &Global::name);
    if (global != std::end(kGlobals) && global->name == name) {
        if (global->make == nullptr) {
            lua_pushcfunction(L, context(L).library.find(name));
        } else {
            lua_pushcfunction(L, global->make);
            lua_call(L, 0, 1);
        }
        return;
    }
    if (find_module(name) != nullptr) return push_required(L, name);
    lua_pushnil(L);
}

// _G[key] for a key that is not there (yet).
int index_globals(lua_State* L) {
    if (lua_type(L, 2) != LUA_TSTRING) return 0;
    const std::string_view name = text_at(L, 2);
    push_new(L, name);
    if (lua_isnil(L, -1)) return 1;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    return 1;
}

int pairs_of_globals(lua_State* L) {
    fill_globals(L);
    lua_pushcfunction(L, context(L).library.find("next"));
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

}  // namespace

Library::Library() {
    lua_State* L = luaL_newstate();
    luaL_openlibs(L);
    for (const std::string_view name : kStock) {
        const size_t dot = name.find('.');
        if (dot == std::string_view::npos) {
            lua_getglobal(L, std::string(name).c_str());
        } else {
            lua_getglobal(L, std::string(name.substr(0, dot)).c_str());
            lua_getfield(L, -1, std::string(name.substr(dot + 1)).c_str());
        }
        functions_[name] = lua_tocfunction(L, -1);
        lua_settop(L, 0);
    }
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    for (const char* name : kArithmetic) {
        lua_getfield(L, -1, name);
        arithmetic_.push_back({name, lua_tocfunction(L, -1)});
        lua_pop(L, 1);
    }
    arithmetic_.push_back({nullptr, nullptr});
    lua_close(L);
}

lua_CFunction Library::find(std::string_view name) const {
    const auto found = functions_.find(name);
    return found == functions_.end() ? nullptr : found->second;
}

int call_stock(lua_State* L, std::string_view name) {
    luaL_checkstack(L, LUA_MINSTACK, nullptr);
    return context(L).library.find(name)(L);
}

void install_globals(lua_State* L) {
    lua_createtable(L, 0, kUsualGlobals);
    lua_createtable(L, 0, 2);
    lua_pushcfunction(L, bound<index_globals>);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, bound<pairs_of_globals>);
    lua_setfield(L, -2, "__pairs");
    keep_private(L, Private::globals);
    lua_setmetatable(L, -2);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    install_string_metatable(L);
}

void push_global(lua_State* L, std::string_view name) {
    lua_pushglobaltable(L);
    push(L, name);
    lua_rawget(L, -2);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        push_new(L, name);
        if (!lua_isnil(L, -1)) {
            push(L, name);
            lua_pushvalue(L, -2);
            lua_rawset(L, -4);
        }
    }
    lua_remove(L, -2);
}

bool has_lazy_globals(lua_State* L, int index) {
    if (lua_type(L, index) != LUA_TTABLE || lua_getmetatable(L, index) == 0) return false;
    push_private(L, Private::globals);
    const bool same = lua_rawequal(L, -1, -2) != 0;
    lua_pop(L, 2);
    return same;
}

void fill_globals(lua_State* L) {
    const auto fill = [L](std::string_view name) {
        push_global(L, name);
        lua_pop(L, 1);
    };
    for (const Global& global : kGlobals) fill(global.name);
    for (const Module& module : modules()) fill(module.name);
}

}  // namespace sloth::lua
