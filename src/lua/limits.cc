#include "lua/limits.h"

#include <fmt/format.h>

namespace sloth::lua {
namespace {

void on_count(lua_State* L, lua_Debug* /*where*/) {
    Context& run = context(L);
    if (run.ending == Ending::none) {
        const MonoTime now = run.clock.mono();
        if (now < run.limits.deadline) {
            if (now < run.limits.slice_end || run.nested > 0 || !can_yield(L)) return;
            run.yielded = Yielded::slice;
            lua_yield(L, 0);
            return;
        }
        run.place = current_place(L);
    }
    if (run.ending == Ending::none) run.ending = Ending::timeout;
    if (can_yield(L)) {
        run.yielded = Yielded::ended;
        lua_yield(L, 0);
        return;
    }
    lua_sethook(L, on_count, LUA_MASKCOUNT, 1);
    luaL_error(L, "the run is over");
}

}  // namespace

void watch_time(lua_State* L, const Limits& limits) {
    lua_sethook(L, on_count, LUA_MASKCOUNT, limits.check_every);
}

int end_run(lua_State* L, Ending ending) {
    Context& run = context(L);
    if (run.ending == Ending::none) {
        run.ending = ending;
        run.place = current_place(L);
    }
    if (can_yield(L)) {
        run.yielded = Yielded::ended;
        return lua_yield(L, 0);
    }
    lua_sethook(L, on_count, LUA_MASKCOUNT, 1);
    return luaL_error(L, "the run is over");
}

Ending memory_ending(const Context& run) {
    return run.arena.refusal() == Refusal::worker ? Ending::worker_memory : Ending::own_memory;
}

std::string current_place(lua_State* L) {
    lua_Debug frame;
    for (int level = 0; lua_getstack(L, level, &frame) != 0; ++level) {
        if (lua_getinfo(L, "Sl", &frame) != 0 && frame.currentline > 0)
            return fmt::format("{}:{}", frame.short_src, frame.currentline);
    }
    return {};
}

}  // namespace sloth::lua
