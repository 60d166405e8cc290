// Lets a person try a hook beside the engine's own runs: a HookRunner that passes the engine's
// calls through and keeps the outcomes of its own. Any thread.
#pragma once

#include <future>
#include <unordered_map>

#include "base/guarded.h"
#include "ports/event_store.h"
#include "ports/hook_runner.h"

namespace sloth {

class TestRuns final : public HookRunner, public RunSink {
 public:
    explicit TestRuns(HookRunner& runner);

    struct Outcome {
        Execution execution;
        std::vector<EffectTrace> effects;
    };
    // Runs `hook` once on `event` and waits for its end; nothing is recorded. `real`: its effects
    // are done and become durable; `dry`: nothing leaves the system, and nothing stays in it.
    enum class Effects : uint8_t { real, dry };
    Result<Outcome> run(std::shared_ptr<const Event> event,
                        std::shared_ptr<const RunnableHook> hook, Effects effects,
                        EventStore& store);

    void set_sink(RunSink* sink) override { engine_ = sink; }
    void start(std::vector<RunRequest> requests) override { runner_.start(std::move(requests)); }
    void hand_back() override { runner_.hand_back(); }
    void load(std::string chunk_name, std::string source, Purpose purpose, Loaded done) override {
        runner_.load(std::move(chunk_name), std::move(source), purpose, std::move(done));
    }
    void completed(std::vector<RunOutcome> outcomes) override;

 private:
    struct Content {
        RunId next = 0;
        std::unordered_map<RunId, std::promise<RunOutcome>> waiting;
    };
    HookRunner& runner_;
    RunSink* engine_ = nullptr;
    Guarded<Content> content_;
};

}  // namespace sloth
