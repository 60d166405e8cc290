// Runs one hook on one event within limits. The engine knows nothing of processes, Lua or sockets
// behind it. Adapter: runner/ (worker processes); later the same over an agent's link.
//
// Any thread may call; nothing blocks. Outcomes come to the RunSink on the runner's thread, in
// batches.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/event.h"
#include "domain/execution.h"
#include "domain/hook.h"
#include "domain/hook_index.h"
#include "ports/effects.h"

namespace sloth {

// The caller's name for a run; unique while the run lives.
using RunId = uint64_t;

struct RunRequest {
    RunId run = 0;
    std::shared_ptr<const Event> event;
    std::shared_ptr<const RunnableHook> hook;
    int attempt = 1;           // of the first try here; more after interruptions
    bool has_journal = false;  // an earlier attempt may have left one (recovered events)
    bool trace = false;        // tell what effects it had
    bool dry_run = false;      // what leaves the system is not done, only told
};

// One call of an effect, as `hook test` shows it.
struct EffectTrace {
    std::string name;       // "state.get"
    std::string arguments;  // JSON, shortened
    std::string result;     // JSON, shortened; "" if it never came
    Micros duration{};
    bool dry = false;  // answered without being done
};

// What an attempt came to. With `last` false it was interrupted and the runner starts the next
// attempt by itself.
struct RunOutcome {
    RunId run = 0;
    int attempt = 1;
    RunStatus status = RunStatus::success;
    std::string output;
    std::string error;
    WallTime executed_at{};
    Micros duration{};
    MonoTime started{};   // the first instruction of the hook; the same clock in all processes of a
                          // machine
    EffectBatch effects;  // to be committed with the record
    std::vector<EffectTrace> trace;  // when the request asked for it
    bool last = true;
    bool handed_back = false;  // drain: not finished, to be run again by the next owner;
                               // effects.answers is its log
};

class RunSink {
 public:
    virtual ~RunSink() = default;
    virtual void completed(std::vector<RunOutcome> outcomes) = 0;
};

class HookRunner {
 public:
    virtual ~HookRunner() = default;
    virtual void set_sink(RunSink* sink) = 0;

    // Every request gets exactly one outcome with `last` or `handed_back`. Its limits are
    // hook->limits.
    virtual void start(std::vector<RunRequest> requests) = 0;

    // Ends every live run now; each comes out as handed_back.
    virtual void hand_back() = 0;

    // Loads a script in a worker, without effects. `metadata` tells what it says about itself (a
    // JSON object for parse_hook_metadata); Code::invalid with file, line and reason if it does not
    // load or has nothing to call. `lint` tells what is wrong with it: {"findings": [{"line",
    // "severity", "message"}], "metadata": {...}}.
    enum class Purpose : uint8_t { metadata, lint };
    using Loaded = std::move_only_function<void(Result<std::string>)>;
    virtual void load(std::string chunk_name, std::string source, Purpose purpose, Loaded done) = 0;
};

}  // namespace sloth
