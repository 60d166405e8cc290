// One run on its way: from the request to the last outcome, over all its attempts and workers. A
// slot that is used again and again, so that a run without effects costs no allocation of its own.
// Owned by Runs; runner's thread only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ports/hook_runner.h"
#include "runner/delivery.h"
#include "runner/timers.h"
#include "runner/trace.h"

namespace sloth {

class Runs;
class Worker;
struct EffectHandler;

// The effect whose answer the script waits for.
struct Waiting {
    uint32_t effect = 0;  // the worker's number for it
    const EffectHandler* handler = nullptr;
    CallKey key;
    std::string args;             // kept while a flush comes first
    std::optional<Answer> given;  // the answer, once what it told is durable
    bool dry = false;             // it was not done
};

// What follows a flush that is on its way to the store.
enum class AfterFlush : uint8_t { start_effect, answer, place, close };

struct LoadJob {
    std::string chunk_name;
    std::string source;
    HookRunner::Purpose purpose = HookRunner::Purpose::metadata;
    HookRunner::Loaded done;
};

struct Run {
    enum class State : uint8_t {
        free,
        queued,   // no worker for it now
        running,  // in a worker, by its own account
        waiting,  // in a worker, for an effect
        settling  // for the store's answer to a flush, then AfterFlush
    };

    Runs* home = nullptr;
    uint32_t slot = 0;
    State state = State::free;
    uint64_t wire = 0;  // what the worker calls it: another number each time it is sent
    Worker* worker = nullptr;
    size_t worker_index = 0;
    bool is_active = false;

    RunRequest request;
    std::string delivery_id;
    int attempt = 1;
    int interruptions = 0;
    bool alone = false;    // has its worker for itself
    bool stalled = false;  // was once the culprit of a stall
    bool overdue = false;  // beyond its deadline, in the time of grace

    Micros remaining{};   // of the attempt's time, while it is in no worker
    MonoTime deadline{};  // while it is in one
    MonoTime sent{};      // first time in this attempt; zero: not yet
    WallTime executed_at{};
    Timer timer;

    std::unique_ptr<Delivery> delivery;  // from the first effect on
    std::optional<Waiting> waiting;
    AfterFlush after = AfterFlush::answer;
    std::optional<RunOutcome> ending;  // settling, then close
    std::unique_ptr<Trace> trace;      // when the request asks for it
    std::unique_ptr<LoadJob> load;     // instead of a request

    void on_timer();
};

}  // namespace sloth
