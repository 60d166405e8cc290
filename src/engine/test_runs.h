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

    // Runs `hook` once on `event` and waits for its end. Effects are real and become durable;
    // nothing is recorded.
    Result<Execution> run(std::shared_ptr<const Event> event,
                          std::shared_ptr<const RunnableHook> hook, EventStore& store);

    void set_sink(RunSink* sink) override { engine_ = sink; }
    void start(std::vector<RunRequest> requests) override { runner_.start(std::move(requests)); }
    void hand_back() override { runner_.hand_back(); }
    void load(std::string chunk_name, std::string source, Loaded done) override {
        runner_.load(std::move(chunk_name), std::move(source), std::move(done));
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
