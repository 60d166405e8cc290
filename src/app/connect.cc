#include "app/connect.h"

#include <thread>

#include "app/admin_server.h"
#include "app/core.h"
#include "app/version.h"

namespace sloth {
namespace {

constexpr Micros kRetry = 20ms;

class RemoteConnection final : public cli::Connection {
 public:
    explicit RemoteConnection(const std::string& address)
        : stub_(v1::Admin::NewStub(dial(address))) {}
    v1::Admin::StubInterface& admin() override { return *stub_; }
    bool in_process() const override { return false; }

 private:
    std::unique_ptr<v1::Admin::Stub> stub_;
};

// The service without a master: reads and stores, loads hooks, runs none.
class LocalConnection final : public cli::Connection {
 public:
    LocalConnection(DataLock lock, std::unique_ptr<Zygote> zygote)
        : lock_(std::move(lock)), zygote_(std::move(zygote)) {}
    ~LocalConnection() override {
        stub_.reset();
        if (admin_) admin_->stop();
        if (server_) server_->Shutdown(std::chrono::system_clock::now() + 1s);
    }

    Result<void> open(const DataDir& dir, const Config& config, Log& log) {
        SLOTH_TRY(core_, Core::open(dir, config, *zygote_, log, Core::With::no_engine, nullptr,
                                    [](const Error&) {}));
        SLOTH_TRY_VOID(core_->registry->publish());
        core_->registry->check_files();
        admin_ = std::make_unique<AdminService>(core_->admin_parts(
            false,
            [this](v1::StatusReply* reply) {
                core_->describe(reply);
                reply->set_role("command");
            },
            [](const v1::WatchersRequest& request) -> Result<std::string> {
                return fail_with(
                    {Code::unreachable,
                     fmt::format("ask agent '{}' for its watchers: no master is running",
                                 request.agent()),
                     "start one with 'sloth-runner up'"});
            }));
        SLOTH_TRY(server_, serve_socket({}, {admin_.get()}));
        stub_ = v1::Admin::NewStub(sloth::in_process(*server_));
        return {};
    }
    v1::Admin::StubInterface& admin() override { return *stub_; }
    bool in_process() const override { return true; }

 private:
    DataLock lock_;
    std::unique_ptr<Zygote> zygote_;
    std::unique_ptr<Core> core_;
    std::unique_ptr<AdminService> admin_;
    std::unique_ptr<grpc::Server> server_;
    std::unique_ptr<v1::Admin::Stub> stub_;
};

std::unexpected<Error> no_master(const DataDir& dir) {
    return fail_with(
        {Code::unreachable,
         fmt::format("no master is running on the data folder '{}'", dir.root.string()),
         "start one with 'sloth-runner up', or name another folder with --data-dir"});
}

Result<std::unique_ptr<cli::Connection>> connect_named(const std::string& master) {
    constexpr std::string_view kUnix = "unix:";
    if (!master.starts_with(kUnix)) {
        return fail_with(
            {Code::refused,
             fmt::format("reach the master at '{}': commands are taken on its Unix socket only",
                         master),
             "run the command on the master's machine, with --data-dir or --master unix:PATH"});
    }
    if (!is_socket_served(master.substr(kUnix.size()))) {
        return fail_with({Code::unreachable, fmt::format("no master answers at '{}'", master),
                          "is it running?"});
    }
    return std::make_unique<RemoteConnection>(master);
}

std::filesystem::path served_socket(const DataDir& dir) {
    if (is_socket_served(dir.socket())) return dir.socket();
    const LockHolder holder = read_lock_holder(dir.lock());
    return is_socket_served(holder.socket) ? std::filesystem::path(holder.socket)
                                           : std::filesystem::path();
}

}  // namespace

Result<std::unique_ptr<cli::Connection>> connect_admin(const std::string& master, cli::Need need,
                                                       const DataDir& dir, const Config& config,
                                                       Log& log) {
    if (!master.empty()) return connect_named(master);
    if (need == cli::Need::any) SLOTH_TRY_VOID(dir.create());
    const auto deadline = std::chrono::steady_clock::now() + config.lock_wait;
    for (;;) {
        if (const auto socket = served_socket(dir); !socket.empty()) {
            return std::make_unique<RemoteConnection>("unix:" + socket.string());
        }
        if (need == cli::Need::running) return no_master(dir);
        auto lock = DataLock::acquire(dir, "command", 0us);
        if (lock) {
            SLOTH_TRY(auto zygote, Zygote::start());
            auto connection =
                std::make_unique<LocalConnection>(std::move(*lock), std::move(zygote));
            SLOTH_TRY_VOID(connection->open(dir, config, log));
            return connection;
        }
        if (lock.error().code != Code::conflict || std::chrono::steady_clock::now() >= deadline) {
            return std::unexpected(std::move(lock).error());
        }
        std::this_thread::sleep_for(kRetry);
    }
}

}  // namespace sloth
