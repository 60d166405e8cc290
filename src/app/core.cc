#include "app/core.h"

#include <unistd.h>

#include <cstdlib>

#include "app/version.h"

namespace sloth {
namespace {

RunnerOptions runner_options(const DataDir& dir, const Config& config) {
    RunnerOptions options;
    options.workers = size_t(config.workers);
    options.stall_limit = config.stall_limit;
    options.exec_output_cap = size_t(config.exec_output);
    options.data_dir = dir.root.string();
    for (const char* name : {"PATH", "HOME", "LANG", "USER"}) {
        if (const char* value = std::getenv(name)) options.environment.emplace_back(name, value);
    }
    return options;
}

}  // namespace

Result<std::unique_ptr<Core>> Core::open(const DataDir& dir, const Config& config, Zygote& zygote,
                                         Log& log, With with, Observer* observer,
                                         std::function<void(const Error&)> on_fatal) {
    auto core = std::make_unique<Core>();
    Core* self = core.get();
    SqliteStore::Options store_options;
    store_options.writer.on_fatal = on_fatal;
    SLOTH_TRY(core->store, SqliteStore::open(dir.root, core->clock, store_options));
    SqliteStore& store = *core->store;

    core->workers = std::make_unique<ZygoteSource>(
        zygote, WorkerOptions{.memory_budget = config.worker_memory});
    RunnerOptions options = runner_options(dir, config);
    options.generation = [self] { return self->generation.load(); };
    core->runner = std::make_unique<ProcessHookRunner>(
        std::move(options), ProcessHookRunner::Ports{.workers = *core->workers,
                                                     .events = store.events(),
                                                     .state = store.state(),
                                                     .clock = core->clock,
                                                     .random = core->random,
                                                     .log = log});
    core->test_runs = std::make_unique<TestRuns>(*core->runner);
    if (with == With::engine) {
        core->engine =
            std::make_unique<Engine>(store.events(), store.executions(), *core->test_runs,
                                     core->clock, observer ? *observer : core->waiters, log,
                                     Engine::Options{.max_in_flight = size_t(config.max_in_flight),
                                                     .queue_size = size_t(config.queue_size),
                                                     .max_recoveries = int(config.max_recoveries),
                                                     .drain_timeout = config.drain_timeout,
                                                     .after_crash = !store.was_clean()},
                                     on_fatal);
    }
    core->intake = std::make_unique<Intake>(
        store.events(), core->clock, core->random, [self] { return self->generation.load(); },
        Intake::Options{.max_pending = size_t(config.max_pending)});
    HookLimits limits;
    limits.timeout = config.hook_timeout;
    limits.memory = config.hook_memory;
    limits.output = config.hook_output;
    core->registry =
        std::make_unique<HookRegistry>(store.hooks(), *core->test_runs, core->clock, core->random,
                                       log, limits, [self](std::shared_ptr<const HookIndex> index) {
                                           const int64_t generation = index->generation();
                                           if (self->engine)
                                               self->engine->set_index(std::move(index));
                                           self->generation = generation;
                                       });
    return core;
}

AdminParts Core::admin_parts(
    bool runs_hooks, std::function<void(v1::StatusReply*)> describe,
    std::function<Result<std::string>(const v1::WatchersRequest&)> watchers) {
    return AdminParts{.events = store->events(),
                      .executions = store->executions(),
                      .hooks = store->hooks(),
                      .agents = store->agents(),
                      .intake = *intake,
                      .registry = *registry,
                      .test_runs = *test_runs,
                      .waiters = waiters,
                      .clock = clock,
                      .random = random,
                      .runs_hooks = runs_hooks,
                      .describe = std::move(describe),
                      .watchers = std::move(watchers)};
}

void Core::describe(v1::StatusReply* reply) const {
    reply->set_version(std::string(kVersion));
    reply->set_pid(::getpid());
    reply->set_state("running");
    if (engine) {
        const Engine::Stats stats = engine->stats();
        reply->set_events_in_flight(int64_t(stats.events_in_flight));
        reply->set_runs_in_flight(int64_t(stats.runs_in_flight));
    }
    for (std::string& warning : runner->warnings()) reply->add_warnings(std::move(warning));
    for (const WorkerStatus& worker : runner->workers()) {
        v1::WorkerStatus* out = reply->add_workers();
        out->set_pid(worker.pid);
        out->set_state(std::string(to_string(worker.state)));
        out->set_runs(int64_t(worker.live_runs));
    }
}

}  // namespace sloth
