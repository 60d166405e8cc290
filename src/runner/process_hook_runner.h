// The HookRunner over worker processes. Owns one thread, "runner", and everything on it: workers,
// runs, timers, effects. Its destructor ends live runs without an outcome: call hand_back() first
// and wait for the outcomes if they matter. The zygote (behind WorkerSource) must have been started
// before any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "ports/clock.h"
#include "ports/event_store.h"
#include "ports/hook_runner.h"
#include "ports/random.h"
#include "ports/secret_store.h"
#include "ports/state_store.h"
#include "ports/watcher_control.h"
#include "runner/runner_options.h"
#include "runner/worker_source.h"
#include "runner/worker_status.h"

namespace sloth {

class ProcessHookRunner final : public HookRunner {
 public:
    // Borrowed; all must outlive the runner. Late answers of the store and of
    // `watchers` may come after it is gone.
    struct Ports {
        WorkerSource& workers;
        EventStore& events;
        StateStore& state;
        SecretStore& secrets;
        WatcherControl& watchers;
        Clock& clock;
        Random& random;
        Log& log;
    };

    // Starts the thread, which starts the workers.
    ProcessHookRunner(RunnerOptions options, Ports ports);
    ~ProcessHookRunner() override;
    ProcessHookRunner(const ProcessHookRunner&) = delete;
    ProcessHookRunner& operator=(const ProcessHookRunner&) = delete;

    void set_sink(RunSink* sink) override;
    void start(std::vector<RunRequest> requests) override;
    void hand_back() override;
    void load(std::string chunk_name, std::string source, Purpose purpose, Loaded done) override;

    // Layers of the workers' lockdown that this machine does not have; complete once a worker is
    // up.
    std::vector<std::string> warnings() const;

    // Blocks for a turn of the runner's thread; not to be called on it. Empty if it does not answer
    // within a second.
    std::vector<WorkerStatus> workers() const;

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sloth
