#include "lua/gsub.h"

#include <cstring>
#include <string_view>

#include "lua/binding.h"
#include "lua/context.h"
#include "lua/library.h"

namespace sloth::lua {
namespace {

// Stack of the function: subject, pattern, replacement, most replacements, Progress, buffer. What
// must survive a yield lives there and nowhere else.
constexpr int kSubject = 1;
constexpr int kPattern = 2;
constexpr int kReplacement = 3;
constexpr int kMost = 4;
constexpr int kProgress = 5;
constexpr int kBuffer = 6;
constexpr int kFixed = 6;

struct Progress {
    size_t at = 0;           // what is before it has been copied or replaced
    size_t last_end = -1UL;  // where the last match ended
    size_t begin = 0;        // of the match being replaced
    size_t end = 0;
    lua_Integer count = 0;
    size_t used = 0;  // bytes of the buffer
    bool changed = false;
};

Progress& progress(lua_State* L) { return *static_cast<Progress*>(lua_touserdata(L, kProgress)); }

void append(lua_State* L, std::string_view text) {
    Progress& p = progress(L);
    const size_t room = lua_rawlen(L, kBuffer);
    if (p.used + text.size() > room) {
        void* larger = lua_newuserdatauv(L, (p.used + text.size()) * 2, 0);
        std::memcpy(larger, lua_touserdata(L, kBuffer), p.used);
        lua_replace(L, kBuffer);
    }
    auto* bytes = static_cast<char*>(lua_touserdata(L, kBuffer));
    std::memcpy(bytes + p.used, text.data(), text.size());
    p.used += text.size();
}

// Finds the next match; its captures (or the whole) are on the stack above kFixed.
bool find_next(lua_State* L) {
    Progress& p = progress(L);
    const std::string_view subject = text_at(L, kSubject);
    const std::string_view pattern = text_at(L, kPattern);
    const bool anchored = !pattern.empty() && pattern.front() == '^';
    for (;;) {
        if (p.at > subject.size() || (anchored && p.last_end != -1UL)) return false;
        lua_pushcfunction(L, context(L).library.find("string.find"));
        lua_pushvalue(L, kSubject);
        lua_pushvalue(L, kPattern);
        lua_pushinteger(L, static_cast<lua_Integer>(p.at) + 1);
        lua_call(L, 3, LUA_MULTRET);
        if (lua_isnil(L, kFixed + 1)) return false;
        p.begin = static_cast<size_t>(lua_tointeger(L, kFixed + 1)) - 1;
        p.end = static_cast<size_t>(lua_tointeger(L, kFixed + 2));
        append(L, subject.substr(p.at, p.begin - p.at));
        p.at = p.begin;
        if (p.end != p.last_end) break;
        // An empty match right behind the last one is none: copy a character, go on after it.
        if (p.at == subject.size()) return false;
        append(L, subject.substr(p.at, 1));
        ++p.at;
        lua_settop(L, kFixed);
    }
    lua_remove(L, kFixed + 1);
    lua_remove(L, kFixed + 1);
    if (lua_gettop(L) == kFixed) push(L, subject.substr(p.begin, p.end - p.begin));
    return true;
}

// The value on top replaces the match.
void replace(lua_State* L) {
    Progress& p = progress(L);
    const std::string_view match = text_at(L, kSubject).substr(p.begin, p.end - p.begin);
    if (lua_toboolean(L, -1) == 0) {
        append(L, match);
    } else if (lua_isstring(L, -1) == 0) {
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    } else {
        append(L, text_at(L, -1));
        p.changed = true;
    }
    p.at = p.last_end = p.end;
    ++p.count;
    lua_settop(L, kFixed);
}

int next_match(lua_State* L, int status, lua_KContext ctx);

// Pushes what to call and its arguments; or the value itself and -1.
int prepare(lua_State* L) {
    const int captures = lua_gettop(L) - kFixed;
    if (lua_isfunction(L, kReplacement)) {
        lua_pushvalue(L, kReplacement);
        lua_insert(L, kFixed + 1);
        return captures;
    }
    lua_settop(L, kFixed + 1);  // the key
    lua_pushvalue(L, kReplacement);
    for (;;) {
        if (lua_istable(L, -1)) {
            lua_pushvalue(L, kFixed + 1);
            if (lua_rawget(L, -2) != LUA_TNIL) return -1;
            lua_pop(L, 1);
        }
        if (luaL_getmetafield(L, -1, "__index") == LUA_TNIL) {
            if (!lua_istable(L, -1))
                luaL_error(L, "attempt to index a %s value", luaL_typename(L, -1));
            lua_pushnil(L);
            return -1;
        }
        if (lua_isfunction(L, -1)) {
            lua_insert(L, -2);
            lua_pushvalue(L, kFixed + 1);
            return 2;
        }
        lua_remove(L, -2);
    }
}

int finish(lua_State* L) {
    Progress& p = progress(L);
    const lua_Integer count = p.count;
    if (!p.changed) {
        lua_pushvalue(L, kSubject);
    } else {
        const std::string_view subject = text_at(L, kSubject);
        if (p.at < subject.size()) append(L, subject.substr(p.at));
        push(L, {static_cast<const char*>(lua_touserdata(L, kBuffer)), p.used});
    }
    lua_pushinteger(L, count);
    return 2;
}

int run(lua_State* L) {
    while (progress(L).count < lua_tointeger(L, kMost)) {
        lua_settop(L, kFixed);
        if (!find_next(L)) break;
        if (const int args = prepare(L); args >= 0)
            lua_callk(L, args, 1, 0, bound_continuation<next_match>);
        replace(L);
    }
    return finish(L);
}

int next_match(lua_State* L, int /*status*/, lua_KContext /*ctx*/) {
    replace(L);
    return run(L);
}

}  // namespace

int gsub(lua_State* L) {
    const std::string_view subject = check_text(L, kSubject);
    check_text(L, kPattern);
    const int type = lua_type(L, kReplacement);
    if (type != LUA_TFUNCTION && type != LUA_TTABLE) return call_stock(L, "string.gsub");
    const lua_Integer most =
        luaL_optinteger(L, kMost, static_cast<lua_Integer>(subject.size()) + 1);
    lua_settop(L, kReplacement);
    lua_pushinteger(L, most);
    *static_cast<Progress*>(lua_newuserdatauv(L, sizeof(Progress), 0)) = Progress{};
    lua_newuserdatauv(L, subject.size() + 64, 0);
    return run(L);
}

}  // namespace sloth::lua
