// What serves the admin service on one data folder: the store, the runner, the front door and the
// hooks, wired by hand. A master adds the engine and its threads; a command without a master has
// just this. Built and destroyed on one thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "app/config.h"
#include "app/data_dir.h"
#include "app/late_watchers.h"
#include "app/system.h"
#include "base/log.h"
#include "engine/engine.h"
#include "engine/hook_registry.h"
#include "engine/intake.h"
#include "engine/test_runs.h"
#include "engine/waiters.h"
#include "runner/process_hook_runner.h"
#include "runner/zygote_source.h"
#include "server/grpc/admin_service.h"
#include "storage/sqlite/store.h"

namespace sloth {

struct Core {
    enum class With : uint8_t {
        engine,
        no_engine
    };  // without: hooks are loaded and tried, nothing is run

    // `observer` null: the waiters. The engine's steps are the caller's to take.
    static Result<std::unique_ptr<Core>> open(const DataDir& dir, const Config& config,
                                              Zygote& zygote, Log& log, With with,
                                              Observer* observer,
                                              std::function<void(const Error&)> on_fatal);

    AdminParts admin_parts(bool runs_hooks, std::function<void(v1::StatusReply*)> describe,
                           std::function<Result<std::string>(const v1::WatchersRequest&)> watchers);
    // What the core knows of itself: version, process, runs and workers.
    void describe(v1::StatusReply* reply) const;

    // In the order of their making; they go in the reverse.
    Waiters waiters;
    SystemClock clock;
    SystemRandom random;
    std::unique_ptr<SqliteStore> store;
    std::atomic<int64_t> generation = 0;  // of the hook set in force
    std::unique_ptr<ZygoteSource> workers;
    LateWatchers watchers;  // of hooks; set by a master
    std::unique_ptr<ProcessHookRunner> runner;
    std::unique_ptr<TestRuns> test_runs;
    std::unique_ptr<Engine> engine;  // may be null
    std::unique_ptr<Intake> intake;
    std::unique_ptr<HookRegistry> registry;
};

}  // namespace sloth
