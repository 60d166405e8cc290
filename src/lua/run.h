// One run: a fresh lua_State, its memory and its coroutine. Lua's state exists from the first
// resume to the end; until then a run is only the bytes of its frame. One worker, one thread; the
// VirtualMachine outlives its runs.
#pragma once

#include <lua.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lua/context.h"
#include "lua/library.h"

namespace sloth::lua {

// What the runs of one worker share.
struct VirtualMachine {
    Clock& clock;
    Random& random;  // strong: keys come from it
    WorkerMemory& memory;
    const Library& library;
    Micros slice = 1ms;
    int check_every = 1000;  // instructions between looks at the clock
};

struct RunResult {
    RunStatus status = RunStatus::success;
    MonoTime started{};
    bool has_started = false;
    std::string output;
    std::string error;
    std::string metadata;  // of a run that loads
};

class Run {
 public:
    enum class State : uint8_t { ready, waiting, finished };

    // `frame` is the body of a run frame; false if it cannot be read.
    static std::unique_ptr<Run> of_event(VirtualMachine& vm, std::shared_ptr<const HookSource> hook,
                                         std::string frame);
    static std::unique_ptr<Run> of_load(VirtualMachine& vm, std::shared_ptr<const HookSource> hook,
                                        bool lint = false);
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    // Runs until an effect, the end of a slice, or the end. Only when ready.
    State resume();

    // When waiting: the request, then its answer.
    const EffectRequest& request() const { return context_.effect; }
    void answer(AnswerKind kind, std::string_view values);

    // When waiting: the deadline has passed.
    void expire();

    // When finished.
    RunResult take_result();

    bool loads() const { return context_.loading; }
    MonoTime deadline() const { return context_.limits.deadline; }

 private:
    Run(VirtualMachine& vm, std::shared_ptr<const HookSource> hook, int64_t memory_limit,
        uint32_t output_limit);
    bool open();
    State finish();

    VirtualMachine& vm_;
    std::shared_ptr<const HookSource> hook_;
    std::string bytes_;  // of the frame, until the state is open
    Arena arena_;
    Context context_;
    std::optional<MonoTime> started_;
};

}  // namespace sloth::lua
