#include "lua/effect.h"

#include <utility>

#include "lua/effect_then.h"
#include "lua/json_read.h"

namespace sloth::lua {
namespace {

int give_answers(lua_State* L, int /*status*/, lua_KContext /*ctx*/) {
    lua_settop(L, 0);
    return take_answers(L);
}

}  // namespace

int take_answers(lua_State* L) {
    Context& run = context(L);
    const std::string answer = std::exchange(run.answer, {});
    if (run.answer_kind == AnswerKind::raise) {
        luaL_where(L, 1);
        push(L, answer);
        lua_concat(L, 2);
        return lua_error(L);
    }
    std::string error;
    const int count = push_json_values(L, answer, error);
    if (count < 0) return luaL_error(L, "%s: bad answer: %s", run.effect.name, error.c_str());
    return count;
}

void check_can_wait(lua_State* L, const char* name) {
    const Context& run = context(L);
    if (run.loading)
        luaL_error(L,
                   "`%s` cannot be called while the hook is being loaded: call it in the function "
                   "that handles the event",
                   name);
    if (run.nested > 0 || !can_yield(L))
        luaL_error(L,
                   "`%s` cannot wait inside a callback of a C function (table.sort, __tostring, "
                   "...): call it before and pass the result in",
                   name);
}

int effect(lua_State* L, EffectKind kind, const char* name, std::string args) {
    return ask(L, kind, name, std::move(args), bound_continuation<give_answers>);
}

int ask(lua_State* L, EffectKind kind, const char* name, std::string args, lua_KFunction go_on) {
    check_can_wait(L, name);
    if (args.size() > kMaxEffectArgs)
        return luaL_error(L, "`%s`: the arguments are %d bytes long, more than %d", name,
                          static_cast<int>(args.size()), static_cast<int>(kMaxEffectArgs));
    Context& run = context(L);
    ++run.effect.number;
    run.effect.kind = kind;
    run.effect.name = name;
    run.effect.args = std::move(args);
    run.yielded = Yielded::effect;
    return lua_yieldk(L, 0, 0, go_on);
}

}  // namespace sloth::lua
