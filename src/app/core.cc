#include "app/core.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "app/version.h"
#include "domain/visible_environment.h"

namespace sloth {
namespace {

Variables own_environment() {
    Variables out;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const size_t equals = text.find('=');
        if (equals != std::string_view::npos)
            out.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

// As many as the system lets us have, and some for everything else.
size_t transfers_within_descriptors() {
    constexpr rlim_t kReserve = 256;
    constexpr rlim_t kMost = 20'000;
    rlimit bounds{};
    if (::getrlimit(RLIMIT_NOFILE, &bounds) != 0) return kReserve;
    bounds.rlim_cur = bounds.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &bounds) != 0) ::getrlimit(RLIMIT_NOFILE, &bounds);
    return size_t(std::clamp(bounds.rlim_cur, 2 * kReserve, kMost) - kReserve);
}

RunnerOptions runner_options(const DataDir& dir, const Config& config) {
    RunnerOptions options;
    options.workers = size_t(config.workers);
    options.stall_limit = config.stall_limit;
    options.exec_output_cap = size_t(config.exec_output);
    options.data_dir = dir.root.string();
    options.exec_processes = uint32_t(config.exec_processes);
    options.exec_user = config.exec_user;
    for (const char* name : {"PATH", "HOME", "LANG", "USER"}) {
        if (const char* value = std::getenv(name)) options.environment.emplace_back(name, value);
    }
    options.visible_environment = visible_environment(own_environment(), config.hook_env);
    options.http.addresses = {.link_local = config.http_link_local == "allow",
                              .internal = config.http_internal == "allow"};
    options.http.ca_file = config.http_ca_file;
    options.http.max_bytes = config.http_max_response;
    options.http.max_transfers = transfers_within_descriptors();
    options.http.user_agent = fmt::format("sloth-runner/{}", kVersion);
    options.http.proxies = ProxyChoice([](const char* name) -> std::optional<std::string> {
        const char* value = std::getenv(name);
        return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
    });
    return options;
}

HookRegistry::Defaults hook_defaults(const Config& config) {
    HookRegistry::Defaults out;
    out.limits.timeout = config.hook_timeout;
    out.limits.memory = config.hook_memory;
    out.limits.output = config.hook_output;
    out.limits.max_effects_in_flight = int(config.hook_max_effects_in_flight);
    out.limits.max_concurrency = int(config.hook_max_concurrency);
    out.profile = parse_profile(config.hook_profile).value_or(Profile::service);
    return out;
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
        zygote, WorkerOptions{.memory_budget = config.worker_memory}, on_fatal);
    RunnerOptions options = runner_options(dir, config);
    options.generation = [self] { return self->generation.load(); };
    core->runner = std::make_unique<ProcessHookRunner>(
        std::move(options), ProcessHookRunner::Ports{.workers = *core->workers,
                                                     .events = store.events(),
                                                     .state = store.state(),
                                                     .secrets = store.secrets(),
                                                     .watchers = core->watchers,
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
    core->registry = std::make_unique<HookRegistry>(
        store.hooks(), *core->test_runs, core->clock, core->random, log, hook_defaults(config),
        [self](std::shared_ptr<const HookIndex> index) {
            const int64_t generation = index->generation();
            if (self->engine) self->engine->set_index(std::move(index));
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
                      .state = store->state(),
                      .secrets = store->secrets(),
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
