#include "app/roles.h"

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/agent_thread.h"
#include "app/bench.h"
#include "app/config.h"
#include "app/connect.h"
#include "app/master.h"
#include "app/signals.h"
#include "app/system.h"
#include "app/version.h"
#include "transport/grpc/address.h"
#include "transport/grpc/channel.h"

namespace sloth {
namespace {

constexpr std::string_view kLocalAgent = "local";  // of `up`, unless a name is set

int complain(const Error& error) {
    std::fprintf(stderr, "sloth-runner: %s\n", error.message.c_str());
    if (!error.hint.empty()) std::fprintf(stderr, "  %s\n", error.hint.c_str());
    return exit_code(error.code);
}

Result<Config> load(const cli::GlobalOptions& global) {
    SLOTH_TRY(auto loaded, load_config(config_sources(global)));
    return std::move(loaded.config);
}

// The log must outlive what it is lent to, so the connection brings its own.
class ConnectionWithLog final : public cli::Connection {
 public:
    static Result<std::unique_ptr<cli::Connection>> open(const cli::GlobalOptions& global,
                                                         cli::Need need) {
        auto self = std::make_unique<ConnectionWithLog>();
        SLOTH_TRY(self->config_, load(global));
        Log::Options options = self->config_.log();
        // A command says by itself what it has to say; the store's and the runner's notes are for
        // `--log-level`.
        if (global.log_level.empty()) options.level = LogLevel::error;
        self->log_ = std::make_unique<Log>(options);
        SLOTH_TRY(self->inner_,
                  connect_admin(self->config_.master_addr, need, DataDir{self->config_.data_dir},
                                self->config_, *self->log_));
        return self;
    }
    v1::Admin::StubInterface& admin() override { return inner_->admin(); }
    bool in_process() const override { return inner_->in_process(); }

 private:
    Config config_;
    std::unique_ptr<Log> log_;
    std::unique_ptr<cli::Connection> inner_;
};

int run_one_master(const cli::GlobalOptions& global, const std::string& role,
                   const std::string& listen) {
    const auto config = load(global);
    if (!config) return complain(config.error());
    // Before the first thread, and before anything is opened.
    auto zygote = Zygote::start();
    if (!zygote) return complain(zygote.error());
    Log log(config->log());
    MasterPlan plan;
    plan.role = role;
    plan.listen = listen.empty() && role == "master" ? config->listen : listen;
    if (role == "up")
        plan.local_agent =
            config->agent_name.empty() ? std::string(kLocalAgent) : config->agent_name;
    return run_master(plan, DataDir{config->data_dir}, *config, **zygote, log);
}

int run_one_agent(const cli::GlobalOptions& global, const cli::AgentOptions& options) {
    const auto config = load(global);
    if (!config) return complain(config.error());
    const DataDir dir{config->data_dir};
    Log log(config->log());
    Signals signals;
    std::string master = config->master_addr;
    if (master.empty()) master = "unix:" + dir.socket().string();
    if (const auto ok = check_master_address(master); !ok) return complain(ok.error());
    if (const auto ok = dir.create(); !ok) return complain(ok.error());
    AgentIdentity identity;
    identity.name = !options.name.empty()        ? options.name
                    : config->agent_name.empty() ? host_name()
                                                 : config->agent_name;
    identity.tags = options.tags;
    if (!is_agent_name(identity.name)) {
        return complain({Code::invalid, fmt::format("'{}' cannot name an agent", identity.name),
                         "use letters, digits, '_', '-' and '.', at most 128 (--name NAME)"});
    }
    const auto lock = DataLock::acquire_file(dir.agent_lock(), dir, "agent", config->lock_wait);
    if (!lock) return complain(lock.error());
    const auto agent = AgentThread::start(dir, *config, identity, make_agent_channel(master), log,
                                          [](const Error& error) { ::_exit(complain(error)); });
    if (!agent) return complain(agent.error());
    std::printf("sloth-runner agent '%s' is ready: data %s, master %s, process %d\n",
                identity.name.c_str(), dir.root.c_str(), master.c_str(), ::getpid());
    std::fflush(stdout);
    while (!signals.wait(1s)) {
    }
    return 0;
}

int run_one_bench(const cli::GlobalOptions& global, const cli::BenchOptions& options) {
    const auto config = load(global);
    if (!config) return complain(config.error());
    auto zygote = Zygote::start();
    if (!zygote) return complain(zygote.error());
    Log log({.level = LogLevel::warn});
    const DataDir dir{config->data_dir};  // the same disk as the real one
    if (const auto ok = dir.create(); !ok) return complain(ok.error());
    std::string folder = (dir.root / "bench-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) {
        return complain(
            {Code::failed,
             fmt::format("make a folder in '{}': {}", dir.root.string(), errno_text(errno)),
             {}});
    }
    const BenchPlan plan{options.events, options.hooks, options.rate, options.payload};
    const auto report = run_bench(folder, plan, *config, **zygote, log);
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    if (!report) return complain(report.error());
    const bool json = options.format == cli::Format::json || options.format == cli::Format::jsonl;
    std::printf("%s\n", (json ? to_json(*report, plan) : to_text(*report, plan)).c_str());
    return report->lost == 0 && report->duplicates == 0 ? 0 : 1;
}

}  // namespace

cli::Roles make_roles() {
    cli::Roles roles;
    roles.connect = [](const cli::GlobalOptions& global, cli::Need need) {
        return ConnectionWithLog::open(global, need);
    };
    roles.run_up = [](const cli::GlobalOptions& global, const cli::UpOptions& options) {
        return run_one_master(global, "up", options.listen);
    };
    roles.run_master = [](const cli::GlobalOptions& global, const cli::MasterOptions& options) {
        return run_one_master(global, "master", options.listen);
    };
    roles.run_agent = run_one_agent;
    roles.run_bench = run_one_bench;
    roles.config = [](const cli::GlobalOptions& global) -> Result<std::vector<cli::ConfigRow>> {
        SLOTH_TRY(auto loaded, load_config(config_sources(global)));
        return std::move(loaded.rows);
    };
    roles.now = [] { return SystemClock().wall(); };
    roles.version = kVersion;
    return roles;
}

}  // namespace sloth
