#include "lua/hook_body.h"

#include <fmt/format.h>

#include "domain/hook.h"
#include "lua/binding.h"
#include "lua/compiled.h"
#include "lua/event_table.h"
#include "lua/library.h"
#include "lua/limits.h"
#include "lua/metadata.h"
#include "lua/traceback.h"

namespace sloth::lua {
namespace {

// The stack of hook_body.
constexpr int kHandler = 1;
constexpr int kEvent = 2;
constexpr int kReturned = 3;  // by the chunk

void fail_run(Context& run, std::string error) {
    run.status = RunStatus::failed;
    run.error = std::move(error);
}

// A protected call has failed; what the handler wrote is in run.error.
int conclude_failure(lua_State* L, int status) {
    Context& run = context(L);
    if (status == LUA_ERRMEM) return end_run(L, memory_ending(run));
    if (run.error.empty()) run.error = describe_error(L, -1);
    run.status = RunStatus::failed;
    return 0;
}

// Where the function begins that was called: a returned value knows no line of its own. Raw reads:
// no metamethod of the script's may run here.
std::string place_of_callable(lua_State* L) {
    if (lua_istable(L, kReturned)) {
        lua_pushliteral(L, "execute");
        lua_rawget(L, kReturned);
    } else {
        lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
        lua_pushliteral(L, "on_event");
        lua_rawget(L, -2);
    }
    if (lua_type(L, -1) != LUA_TFUNCTION) return "hook";
    lua_Debug info{};
    lua_getinfo(L, ">S", &info);
    return fmt::format("{}:{}", info.short_src, info.linedefined);
}

int after_call(lua_State* L, int status, lua_KContext /*ctx*/) {
    Context& run = context(L);
    if (status != LUA_OK && status != LUA_YIELD) return conclude_failure(L, status);
    run.error.clear();  // of an error that the script caught
    const int first = lua_gettop(L) - 1;
    const bool has_text = lua_type(L, first + 1) == LUA_TSTRING;
    if (lua_isboolean(L, first) && lua_toboolean(L, first) == 0) {
        std::string why;
        if (has_text) {
            why = text_at(L, first + 1);
        } else if (!lua_isnil(L, first + 1)) {
            why = describe_error(L, first + 1);
        } else {
            why = run.output.errors().empty() ? "the hook returned false" : run.output.errors();
        }
        fail_run(run, fmt::format("{} ({})", why, place_of_callable(L)));
    } else if (has_text) {
        run.output.line(text_at(L, first + 1));
    }
    return 0;
}

int after_chunk(lua_State* L, int status, lua_KContext /*ctx*/) {
    Context& run = context(L);
    if (status != LUA_OK && status != LUA_YIELD) return conclude_failure(L, status);
    run.error.clear();
    const Form form = push_callable(L, kReturned);
    if (form == Form::none) {
        fail_run(run, fmt::format("{}: nothing to call: return a table with a function `execute`, "
                                  "or define a global function `on_event`",
                                  run.source.chunk_name.substr(1)));
        return 0;
    }
    if (run.loading) {
        if (!write_metadata(L, kReturned, form, run.metadata, run.error))
            run.status = RunStatus::failed;
        return 0;
    }
    lua_pushvalue(L, kEvent);
    const int called = lua_pcallk(L, 1, 2, kHandler, 0, bound_continuation<after_call>);
    return after_call(L, called, 0);
}

int body(lua_State* L) {
    Context& run = context(L);
    install_globals(L);
    lua_pushcfunction(L, bound<on_error>);
    if (run.loading) {
        lua_pushnil(L);
    } else {
        push_event(L, run.frame);
        lua_pushvalue(L, -1);
        lua_setglobal(L, "event");
    }
    const HookSource& source = run.source;
    const int loaded = load_compiled(L, source, !run.loading);
    if (loaded != LUA_OK) return conclude_failure(L, loaded);
    if (run.linting) run.findings = lint(L, source.text);
    const int status = lua_pcallk(L, 0, 1, kHandler, 0, bound_continuation<after_chunk>);
    return after_chunk(L, status, 0);
}

}  // namespace

int hook_body(lua_State* L) { return bound<body>(L); }

void conclude_ending(Context& run) {
    const std::string place = run.place.empty() ? "" : fmt::format(" ({})", run.place);
    switch (run.ending) {
        case Ending::timeout:
            run.status = RunStatus::timeout;
            run.error =
                fmt::format("timed out after {}{}", format_duration(run.limits.timeout), place);
            break;
        case Ending::own_memory:
            run.status = RunStatus::failed;
            run.error = fmt::format("out of memory: the hook used more than {}{}",
                                    format_bytes(run.arena.limit()), place);
            break;
        case Ending::worker_memory:
            run.status = RunStatus::interrupted;
            run.error = "the worker had no memory left for this run";
            break;
        case Ending::none:
            break;
    }
}

}  // namespace sloth::lua
