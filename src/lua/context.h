// What the C functions of one run share: every lua_State of the run leads here. The scheduler
// (coroutines.h), the limits and the bindings write in it; Run owns it. One worker, one thread.
#pragma once

#include <lua.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "domain/execution.h"
#include "lua/frames.h"
#include "lua/lint/lint.h"
#include "lua/memory.h"
#include "lua/output.h"
#include "ports/clock.h"
#include "ports/random.h"

namespace sloth::lua {

class Library;

// Why a lua_State gave control back. It is said here and never by a value on its stack, so a
// script cannot say it.
enum class Yielded : uint8_t { nothing, slice, effect, resume, script, ended };

// How the run came to its end without finishing: nothing in the script can catch it.
enum class Ending : uint8_t { none, timeout, own_memory, worker_memory };

struct EffectRequest {
    uint32_t number = 0;  // 1, 2, ... within the run
    EffectKind kind{};
    const char* name = "";  // "state.get"
    std::string args;
};

// One coroutine hands this to the one that resumed it.
struct Transfer {
    int status = LUA_OK;
    int count = 0;  // values on the top of the inner one's stack
};

struct HookSource {
    std::string chunk_name;  // "@notify.lua"
    std::string text;
    mutable std::string compiled;  // the text as bytecode, once it was compiled (compiled.h)
};

struct Limits {
    Micros timeout{};
    MonoTime deadline{};
    MonoTime slice_end{};
    int check_every = 1000;  // instructions
};

// What a module keeps in C++ for its run (kept.h).
class Kept {
 public:
    virtual ~Kept() = default;
};

struct Context {
    const Library& library;
    const HookSource& source;
    Clock& clock;
    Random& random;
    Arena& arena;
    Output output;
    Limits limits;
    bool loading = false;  // reading metadata: no effects, no event
    bool linting = false;  // loading, and what is wrong is found rather than failed on
    std::vector<Finding> findings;
    RunFrame frame;  // views into the bytes that the run keeps until it has started

    // The scheduler's: from the hook itself (front) to the innermost coroutine.
    std::vector<lua_State*> chain;
    int nested = 0;  // resumes below a C function that Lua cannot yield across
    Yielded yielded = Yielded::nothing;
    lua_State* target = nullptr;  // of a resume
    int target_args = 0;
    Transfer transfer;

    std::vector<std::pair<const void*, std::unique_ptr<Kept>>> kept;

    EffectRequest effect;
    AnswerKind answer_kind = AnswerKind::values;
    std::string answer;

    Ending ending = Ending::none;
    std::string place;  // where the ending struck: "notify.lua:3"

    // What the hook came to.
    RunStatus status = RunStatus::success;
    std::string error;
    std::string metadata;  // when loading
};

inline Context& context(lua_State* L) { return **static_cast<Context**>(lua_getextraspace(L)); }

// An effect, a slice or an ending can be taken here.
inline bool can_yield(lua_State* L) { return lua_isyieldable(L) != 0; }

}  // namespace sloth::lua
