#include "lua/coroutines.h"

#include <algorithm>

#include "lua/binding.h"
#include "lua/limits.h"

namespace sloth::lua {
namespace {

constexpr lua_KContext kByResume = 0;
constexpr lua_KContext kByWrap = 1;

bool is_active(const Context& run, lua_State* co) {
    return std::find(run.chain.begin(), run.chain.end(), co) != run.chain.end();
}

bool is_dead(lua_State* co) {
    return lua_status(co) > LUA_YIELD || (lua_status(co) == LUA_OK && lua_gettop(co) == 0);
}

lua_State* check_coroutine(lua_State* L, int index) {
    lua_State* co = lua_tothread(L, index);
    luaL_argexpected(L, co != nullptr, index, "coroutine");
    return co;
}

int raise_from_wrap(lua_State* L, lua_State* co, int status) {
    if (lua_status(co) > LUA_YIELD) lua_resetthread(co);  // runs its __close metamethods
    lua_xmove(co, L, 1);
    if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

// The inner coroutine has yielded, returned or failed: its values become ours.
int take_results(lua_State* L, int /*status*/, lua_KContext by) {
    const Transfer got = context(L).transfer;
    lua_State* co = by == kByWrap ? lua_tothread(L, lua_upvalueindex(1)) : lua_tothread(L, 1);
    if (got.status == LUA_OK || got.status == LUA_YIELD) {
        if (lua_checkstack(L, got.count + 1) == 0) {
            lua_pop(co, got.count);
            return luaL_error(L, "too many results to resume");
        }
        if (by == kByResume) lua_pushboolean(L, 1);
        lua_xmove(co, L, got.count);
        return got.count + (by == kByResume ? 1 : 0);
    }
    if (by == kByWrap) return raise_from_wrap(L, co, got.status);
    lua_pushboolean(L, 0);
    lua_xmove(co, L, 1);
    return 2;
}

int resume_nested(lua_State* L, lua_State* co, int args, lua_KContext by) {
    Context& run = context(L);
    const size_t floor = run.chain.size();
    run.chain.push_back(co);
    ++run.nested;
    const Stop stop = drive(run, L, floor, args);
    --run.nested;
    if (stop == Stop::finished) return take_results(L, LUA_OK, by);
    run.chain.resize(floor);
    return end_run(L, run.ending);
}

int start_resume(lua_State* L, lua_State* co, int args, lua_KContext by) {
    if (lua_checkstack(co, args) == 0) return luaL_error(L, "too many arguments to resume");
    lua_xmove(L, co, args);
    if (!can_yield(L)) return resume_nested(L, co, args, by);
    Context& run = context(L);
    run.yielded = Yielded::resume;
    run.target = co;
    run.target_args = args;
    return lua_yieldk(L, 0, by, bound_continuation<take_results>);
}

const char* why_not_resumable(lua_State* L, lua_State* co) {
    if (is_active(context(L), co)) return "cannot resume non-suspended coroutine";
    if (is_dead(co)) return "cannot resume dead coroutine";
    return nullptr;
}

int coroutine_resume(lua_State* L) {
    lua_State* co = check_coroutine(L, 1);
    if (const char* why = why_not_resumable(L, co); why != nullptr) {
        lua_pushboolean(L, 0);
        lua_pushstring(L, why);
        return 2;
    }
    return start_resume(L, co, lua_gettop(L) - 1, kByResume);
}

int call_wrapped(lua_State* L) {
    lua_State* co = lua_tothread(L, lua_upvalueindex(1));
    if (const char* why = why_not_resumable(L, co); why != nullptr) return luaL_error(L, "%s", why);
    return start_resume(L, co, lua_gettop(L), kByWrap);
}

int coroutine_create(lua_State* L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State* co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    return 1;
}

int coroutine_wrap(lua_State* L) {
    coroutine_create(L);
    lua_pushcclosure(L, bound<call_wrapped>, 1);
    return 1;
}

int coroutine_yield(lua_State* L) {
    Context& run = context(L);
    if (L == run.chain.front()) return luaL_error(L, "attempt to yield from outside a coroutine");
    if (!can_yield(L)) return luaL_error(L, "attempt to yield across a C-call boundary");
    run.yielded = Yielded::script;
    return lua_yield(L, lua_gettop(L));
}

int coroutine_running(lua_State* L) {
    lua_pushthread(L);
    lua_pushboolean(L, L == context(L).chain.front() ? 1 : 0);
    return 2;
}

int coroutine_isyieldable(lua_State* L) {
    lua_State* co = lua_isnone(L, 1) ? L : check_coroutine(L, 1);
    lua_pushboolean(L, co != context(L).chain.front() && can_yield(co) ? 1 : 0);
    return 1;
}

const char* status_of(lua_State* L, lua_State* co) {
    if (co == L) return "running";
    if (is_active(context(L), co)) return "normal";
    return is_dead(co) ? "dead" : "suspended";
}

int coroutine_status(lua_State* L) {
    lua_pushstring(L, status_of(L, check_coroutine(L, 1)));
    return 1;
}

int coroutine_close(lua_State* L) {
    lua_State* co = check_coroutine(L, 1);
    if (co == L || is_active(context(L), co))
        return luaL_error(L, "cannot close a %s coroutine", status_of(L, co));
    if (lua_resetthread(co) == LUA_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushboolean(L, 0);
    lua_xmove(co, L, 1);
    return 2;
}

// The innermost one is out of the chain; the one below it goes on with what it left.
int step_out(Context& run, int status, int count) {
    run.chain.pop_back();
    run.transfer = {status, count};
    return 0;
}

}  // namespace

Stop drive(Context& run, lua_State* from, size_t floor, int args) {
    for (;;) {
        lua_State* co = run.chain.back();
        run.yielded = Yielded::nothing;
        int count = 0;
        const int status = lua_resume(co, from, args, &count);
        args = 0;
        if (status == LUA_YIELD && run.yielded != Yielded::script) {
            switch (run.yielded) {
                case Yielded::slice:
                    return Stop::slice;
                case Yielded::effect:
                    return Stop::effect;
                case Yielded::resume:
                    run.chain.push_back(run.target);
                    args = run.target_args;
                    continue;
                default:
                    return Stop::ended;
            }
        }
        if (status == LUA_ERRMEM || status < 0) {  // below 0: our own C++ side had no memory
            if (run.ending == Ending::none)
                run.ending = status < 0 ? Ending::worker_memory : memory_ending(run);
            return Stop::ended;
        }
        if (run.chain.size() == 1) {
            run.transfer = {status, count};
            return Stop::finished;
        }
        args = step_out(run, status, count);
        if (run.chain.size() == floor) return Stop::finished;
    }
}

int open_coroutine(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"close", bound<coroutine_close>},
        {"create", bound<coroutine_create>},
        {"isyieldable", bound<coroutine_isyieldable>},
        {"resume", bound<coroutine_resume>},
        {"running", bound<coroutine_running>},
        {"status", bound<coroutine_status>},
        {"wrap", bound<coroutine_wrap>},
        {"yield", bound<coroutine_yield>},
        {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
