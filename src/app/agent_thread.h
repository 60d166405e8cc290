// An agent with everything it stands on, on a thread of its own: what `agent start` runs and what
// `up` runs beside its master. Its owner starts and ends it.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agent/agent.h"
#include "app/config.h"
#include "app/data_dir.h"
#include "app/system.h"
#include "storage/sqlite/watcher_store.h"
#include "transport/grpc/uplink.h"
#include "watch/kernel_notifier.h"
#include "watch/machine.h"

namespace sloth {

struct AgentIdentity {
    std::string name;
    std::vector<std::string> tags;
};

class AgentThread {
 public:
    // `on_end` is told, on the agent's thread, when the agent cannot go on (its disk failed).
    static Result<std::unique_ptr<AgentThread>> start(const DataDir& dir, const Config& config,
                                                      const AgentIdentity& identity,
                                                      std::shared_ptr<grpc::Channel> channel,
                                                      Log& log,
                                                      std::function<void(const Error&)> on_end);
    ~AgentThread();

 private:
    AgentThread() = default;

    SystemClock clock_;
    SystemRandom random_;
    std::unique_ptr<SqliteWatcherStore> store_;
    std::unique_ptr<KernelNotifier> notifier_;
    std::unique_ptr<Machine> machine_;
    std::unique_ptr<GrpcUplink> uplink_;
    std::unique_ptr<LocalAgent> agent_;
    std::jthread thread_;
};

// os, arch, cpu_cores, memory_gb, hostname: a JSON object.
std::string system_info();
std::string host_name();

}  // namespace sloth
