#include "app/master.h"

#include <unistd.h>

#include <cstdio>
#include <optional>
#include <thread>

#include "app/admin_server.h"
#include "app/agent_thread.h"
#include "app/core.h"
#include "app/engine_thread.h"
#include "app/signals.h"
#include "app/version.h"
#include "base/thread_name.h"
#include "server/grpc/admin_service.h"
#include "server/grpc/agent_link.h"
#include "server/watcher_desk.h"
#include "transport/grpc/address.h"

namespace sloth {
namespace {

constexpr Micros kHousekeeping = 200ms;  // an edited hook is in effect within half a second
constexpr Micros kCleanup = 10min;       // how often events older than the retention go
constexpr Micros kSignalLook = 50ms;

int64_t bytes_on_disk(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    return error ? 0 : int64_t(size);
}

class Master {
 public:
    Master(const MasterPlan& options, const DataDir& dir, const Config& config, Zygote& zygote,
           Log& log)
        : options_(options), dir_(dir), config_(config), zygote_(zygote), log_(log) {}

    Result<void> start();
    void serve(Signals& signals);
    void stop(Signals& signals);

 private:
    Result<void> open_core();
    Result<void> open_servers();
    void open_link();
    void open_desk();
    void housekeep(const std::stop_token& stop);
    void clean_up();
    void describe(v1::StatusReply* reply);
    Result<std::string> ask_desk(const v1::WatchersRequest& request);
    void end_at_once(const Error& error);
    void say_ready();

    const MasterPlan options_;
    const DataDir dir_;
    const Config& config_;
    Zygote& zygote_;
    Log& log_;
    MonoTime started_ = std::chrono::steady_clock::now();
    MonoTime next_cleanup_{};  // the housekeeper's
    std::optional<DataLock> lock_;
    std::optional<DataLock> agent_lock_;  // no other agent on this data folder
    std::unique_ptr<Core> core_;
    std::shared_ptr<WatcherDesk> desk_;  // shared with hooks that ask it
    std::unique_ptr<AgentLink> link_;
    std::unique_ptr<AdminService> admin_;
    std::unique_ptr<EngineThread> engine_thread_;
    std::unique_ptr<grpc::Server> server_;
    TcpServer tcp_;
    std::unique_ptr<AgentThread> agent_;
    std::jthread housekeeper_;
    std::jthread desk_thread_;
    std::atomic<bool> draining_ = false;
};

Result<void> Master::start() {
    SLOTH_TRY_VOID(dir_.create());
    if (!options_.listen.empty()) SLOTH_TRY_VOID(check_master_address(options_.listen));
    SLOTH_TRY(lock_, DataLock::acquire(dir_, options_.role, config_.lock_wait));
    SLOTH_TRY_VOID(open_core());
    SLOTH_TRY_VOID(open_servers());
    SLOTH_TRY_VOID(core_->registry->publish());
    core_->registry->check_files();  // what was edited in the meantime, before anything runs
    engine_thread_ = std::make_unique<EngineThread>(*core_->engine);
    housekeeper_ = std::jthread([this](const std::stop_token& stop) {
        name_this_thread("housekeeper");
        housekeep(stop);
    });
    if (!options_.local_agent.empty()) {
        SLOTH_TRY(agent_lock_,
                  DataLock::acquire_file(dir_.agent_lock(), dir_, "agent", config_.lock_wait));
        SLOTH_TRY(agent_,
                  AgentThread::start(dir_, config_, {.name = options_.local_agent, .tags = {}},
                                     in_process(*server_), log_,
                                     [this](const Error& error) { end_at_once(error); }));
    }
    SLOTH_TRY_VOID(
        lock_->announce({::getpid(), options_.role, dir_.socket().string(), tcp_.address}));
    say_ready();
    return {};
}

Result<void> Master::open_core() {
    SLOTH_TRY(core_, Core::open(dir_, config_, zygote_, log_, Core::With::engine, nullptr,
                                [this](const Error& error) { end_at_once(error); }));
    return {};
}

// A store's word that it cannot be trusted ends the process: nothing more is acknowledged, and the
// next start reads what is really on disk.
void Master::end_at_once(const Error& error) {
    log_.error("master.fatal", {{"why", error.message}});
    std::fprintf(
        stderr,
        "sloth-runner: %s\n  stopping at once: the next start recovers from what is on disk\n",
        error.message.c_str());
    ::_exit(exit_code(error.code));
}

void Master::open_desk() {
    desk_ = std::make_shared<WatcherDesk>(WatcherDesk::Parts{
        .ask = [this](
                   std::string_view agent, UplinkRequest::Kind kind, std::string_view watcher_id,
                   std::string_view spec) { return link_->request(agent, kind, watcher_id, spec); },
        .agents = core_->store->agents(),
        .store = core_->store->agent_watchers(),
        .clock = core_->clock,
        .random = core_->random,
        .log = log_});
    desk_thread_ = std::jthread([desk = desk_](const std::stop_token& stop) {
        name_this_thread("watcher-desk");
        desk->run(stop);
    });
    core_->watchers.set(desk_);
}

void Master::open_link() {
    link_ = std::make_unique<AgentLink>(
        AgentLink::Options{.silence = config_.agent_lost_after, .rate = config_.agent_rate_limit},
        AgentLink::Parts{
            .agents = core_->store->agents(),
            .intake =
                [this](std::vector<Event> events, std::optional<AgentPosition> position,
                       AppendDone done) {
                    core_->intake->submit(std::move(events), std::move(position), std::move(done));
                },
            .position =
                [this](std::string_view agent) {
                    return core_->store->events().agent_position(agent);
                },
            .clock = core_->clock,
            .log = log_,
            .connected = [this](const std::string& agent) { desk_->connected(agent); }});
}

Result<void> Master::open_servers() {
    open_link();
    open_desk();
    SLOTH_TRY_VOID(link_->start());
    AdminParts parts = core_->admin_parts(
        true, [this](v1::StatusReply* reply) { describe(reply); },
        [this](const v1::WatchersRequest& request) { return ask_desk(request); });
    parts.last_heard = [this](std::string_view agent) { return link_->last_heard(agent); };
    admin_ = std::make_unique<AdminService>(std::move(parts));
    SLOTH_TRY(server_, serve_socket(dir_.socket(), {admin_.get(), link_.get()}));
    if (!options_.listen.empty()) {
        SLOTH_TRY(tcp_, serve_tcp(options_.listen, {link_.get()}));
    }
    return {};
}

void Master::say_ready() {
    std::string line = fmt::format("sloth-runner {} is ready: data {}, process {}", options_.role,
                                   dir_.root.string(), ::getpid());
    if (!tcp_.address.empty()) line += fmt::format(", agents at {}", tcp_.address);
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
    log_.info("master.ready", {{"role", options_.role}, {"data_dir", dir_.root.string()}});
}

void Master::housekeep(const std::stop_token& stop) {
    Signal<bool> never;
    const std::stop_callback wake(stop, [&] { never.update([](bool&) {}); });
    while (!stop.stop_requested()) {
        core_->registry->check_files();
        link_->step();
        clean_up();
        never.wait_for(kHousekeeping, [&](bool) { return stop.stop_requested(); }, [](bool) {});
    }
}

void Master::clean_up() {
    if (config_.retention == 0us || core_->clock.mono() < next_cleanup_) return;
    next_cleanup_ = core_->clock.mono() + kCleanup;
    const auto count =
        core_->store->events().cleanup(core_->clock.wall() - config_.retention, false);
    if (!count) return log_.warn("events.cleanup_failed", {{"why", count.error().message}});
    if (*count > 0) log_.info("events.cleaned_up", {{"count", *count}});
}

Result<std::string> Master::ask_desk(const v1::WatchersRequest& request) {
    switch (request.kind()) {
        case v1::WatchersRequest::LIST:
            return desk_->list(request.agent());
        case v1::WatchersRequest::GET:
            return desk_->get(request.agent(), request.watcher_id());
        case v1::WatchersRequest::CREATE:
            return desk_->create(request.agent(), request.spec());
        case v1::WatchersRequest::UPDATE:
            return desk_->update(request.agent(), request.watcher_id(), request.spec());
        case v1::WatchersRequest::DELETE:
            return desk_->erase(request.agent(), request.watcher_id());
        case v1::WatchersRequest::VERIFY:
            return desk_->verify(request.agent(), request.watcher_id());
        default:
            break;
    }
    return fail(Code::invalid, "this master does not know what it is asked about watchers");
}

void Master::describe(v1::StatusReply* reply) {
    core_->describe(reply);
    reply->set_role(options_.role);
    reply->set_state(draining_ ? "draining" : "running");
    reply->set_uptime_us(
        std::chrono::duration_cast<Micros>(core_->clock.mono() - started_).count());
    reply->set_data_dir(dir_.root.string());
    reply->set_socket(dir_.socket().string());
    reply->set_address(tcp_.address);
    reply->set_database_bytes(bytes_on_disk(dir_.database()));
    reply->set_wal_bytes(bytes_on_disk(dir_.database().string() + "-wal"));
    if (!options_.local_agent.empty()) {
        const auto agent = core_->store->agents().get(options_.local_agent);
        reply->set_agent_registered(agent && agent->status == AgentStatus::connected);
    }
}

void Master::serve(Signals& signals) {
    while (!signals.wait(1s)) {
    }
}

void Master::stop(Signals& signals) {
    draining_ = true;
    log_.info("master.draining");
    link_->close();  // agents keep what they have and come back to the next master
    agent_.reset();
    core_->intake->close();
    core_->engine->drain();
    while (!core_->engine->drained()) {
        if (signals.wait(kSignalLook)) core_->engine->hand_back_now();
    }
    admin_->stop();
    const auto deadline = std::chrono::system_clock::now() + 1s;
    if (tcp_.server) tcp_.server->Shutdown(deadline);
    server_->Shutdown(deadline);
    housekeeper_.request_stop();
    housekeeper_.join();
    core_->watchers.set(nullptr);
    desk_thread_.request_stop();
    desk_thread_.join();
    engine_thread_.reset();
    std::error_code ignored;
    std::filesystem::remove(dir_.socket(), ignored);
    log_.info("master.stopped");
}

}  // namespace

int run_master(const MasterPlan& options, const DataDir& dir, const Config& config, Zygote& zygote,
               Log& log) {
    Signals signals;
    Master master(options, dir, config, zygote, log);
    if (auto ok = master.start(); !ok) {
        std::fprintf(stderr, "sloth-runner: %s\n", ok.error().message.c_str());
        if (!ok.error().hint.empty()) std::fprintf(stderr, "  %s\n", ok.error().hint.c_str());
        return exit_code(ok.error().code);
    }
    master.serve(signals);
    master.stop(signals);
    return 0;
}

}  // namespace sloth
