// Asking the broker for something that the function itself goes on with. The arguments stay on the
// stack; the answers lie above them.
#pragma once

#include <string>

#include "lua/binding.h"
#include "lua/effect.h"

namespace sloth::lua {

// Sends the question; `go_on` is resumed with the answer (take_answers). As effect(), it is the
// last act of its function.
int ask(lua_State* L, EffectKind kind, const char* name, std::string args, lua_KFunction go_on);

// In a continuation: pushes the answers and gives their number; raises what the broker raises.
int take_answers(lua_State* L);

// Goes on with `kThen(L, first)`, where `first` is the place of the first answer.
template <int (*kThen)(lua_State*, int)>
int continue_with(lua_State* L, int /*status*/, lua_KContext /*ctx*/) {
    const int first = lua_gettop(L) + 1;
    take_answers(L);
    return kThen(L, first);
}

template <int (*kThen)(lua_State*, int)>
int effect_then(lua_State* L, EffectKind kind, const char* name, std::string args) {
    return ask(L, kind, name, std::move(args), bound_continuation<continue_with<kThen>>);
}

}  // namespace sloth::lua
