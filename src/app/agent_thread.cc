#include "app/agent_thread.h"

#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cctype>
#include <cmath>

#include "app/version.h"
#include "base/json.h"
#include "base/thread_name.h"
#include "watch/linux_host.h"

namespace sloth {

std::string host_name() {
    utsname host{};
    ::uname(&host);
    return host.nodename;
}

std::string system_info() {
    utsname host{};
    ::uname(&host);
    struct sysinfo memory{};
    ::sysinfo(&memory);
    std::string os = host.sysname;
    for (char& c : os) c = char(std::tolower(static_cast<unsigned char>(c)));
    const double gib = double(memory.totalram) * memory.mem_unit / double(1 << 30);
    return dump_json(Json{{"os", os},
                          {"arch", host.machine},
                          {"cpu_cores", ::sysconf(_SC_NPROCESSORS_ONLN)},
                          {"memory_gb", int64_t(std::lround(gib))},
                          {"hostname", host.nodename}});
}

Result<std::unique_ptr<AgentThread>> AgentThread::start(const DataDir& dir, const Config& config,
                                                        const AgentIdentity& identity,
                                                        std::shared_ptr<grpc::Channel> channel,
                                                        Log& log,
                                                        std::function<void(const Error&)> on_end) {
    std::unique_ptr<AgentThread> self(new AgentThread);
    SLOTH_TRY(self->store_, SqliteWatcherStore::open(dir.agent_database(), self->random_));
    self->notifier_ = std::make_unique<KernelNotifier>();
    self->machine_ = std::make_unique<Machine>(std::make_shared<LinuxHost>(), *self->notifier_);
    self->uplink_ = std::make_unique<GrpcUplink>(std::move(channel));
    LocalAgent::Options options;
    options.self.name = identity.name;
    options.self.tags = identity.tags;
    options.self.version = std::string(kVersion);
    options.self.system_info = system_info();
    options.heartbeat = config.agent_heartbeat;
    options.silence = config.agent_lost_after;
    options.sending.max_events = size_t(config.agent_batch_events);
    options.outbox.events = size_t(config.agent_outbox_limit);
    options.outbox.bytes = uint64_t(config.agent_outbox_bytes);
    options.outbox.age = config.agent_outbox_age;
    self->agent_ = std::make_unique<LocalAgent>(std::move(options),
                                                LocalAgent::Parts{.store = *self->store_,
                                                                  .notifier = *self->notifier_,
                                                                  .machine = *self->machine_,
                                                                  .uplink = *self->uplink_,
                                                                  .clock = self->clock_,
                                                                  .random = self->random_,
                                                                  .log = log});
    self->thread_ = std::jthread(
        [agent = self->agent_.get(), on_end = std::move(on_end)](const std::stop_token& stop) {
            name_this_thread("agent");
            if (auto ok = agent->run(stop); !ok) on_end(ok.error());
        });
    return self;
}

AgentThread::~AgentThread() {
    thread_.request_stop();
    if (agent_) agent_->wake();
}

}  // namespace sloth
