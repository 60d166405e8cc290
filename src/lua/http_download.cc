#include "lua/http_download.h"

#include <fmt/format.h>

#include <string>

#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect_then.h"

namespace sloth::lua {
namespace {

// On the stack of the function, below the answers.
enum : int { kName = 1, kUrl, kPath, kMode, kSize };

int add_facts(lua_State* L, int first) {
    if (lua_istable(L, first + 1)) {
        lua_pushvalue(L, kUrl);
        lua_setfield(L, first + 1, "src");
        lua_pushvalue(L, kSize);
        lua_setfield(L, first + 1, "size");
    }
    return lua_gettop(L) - first + 1;
}

int put(lua_State* L, int first) {
    const auto* name = static_cast<const char*>(lua_touserdata(L, kName));
    if (!lua_istable(L, first)) return lua_gettop(L) - first + 1;
    lua_getfield(L, first, "success");
    if (lua_toboolean(L, -1) == 0) {
        lua_getfield(L, first, "status");
        return give_failure(L, fmt::format("{}: the server answered '{}' for {}", name,
                                           text_at(L, -1), text_at(L, kUrl)));
    }
    lua_getfield(L, first, "body");
    const std::string_view body = text_at(L, -1);
    lua_pushinteger(L, static_cast<lua_Integer>(body.size()));
    lua_replace(L, kSize);
    return effect_then<add_facts>(
        L, EffectKind::file_put, name,
        Arguments(L, name).text(text_at(L, kPath)).text(body).json(text_at(L, kMode)).take());
}

}  // namespace

int download(lua_State* L, const char* name, std::string_view path, std::optional<int> mode) {
    const int request = lua_gettop(L);
    std::string args = Arguments(L, name).object(request).take();
    lua_pushlightuserdata(L, const_cast<char*>(name));
    lua_getfield(L, request, "url");
    push(L, path);
    push(L, mode ? std::to_string(*mode) : "null");
    lua_pushnil(L);
    for (int place = kSize; place >= kName; --place) lua_insert(L, 1);
    lua_settop(L, kSize);
    return effect_then<put>(L, EffectKind::http_request, name, std::move(args));
}

}  // namespace sloth::lua
