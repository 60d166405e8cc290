// The machine as all watchers of one agent see it: readings that are taken once in a pass for all
// of them, and the kernel's and the system's news, each over one descriptor. Belongs to the agent's
// thread. Nothing is opened before a watcher needs it.
#pragma once

#include <memory>

#include "ports/host.h"
#include "watch/background.h"
#include "watch/link_news.h"
#include "watch/notifier.h"
#include "watch/once_per_pass.h"
#include "watch/process_news.h"
#include "watch/shell_command.h"
#include "watch/system_bus.h"

namespace sloth {

class Machine {
 public:
    // `host` is shared with work in the background, which may outlive the machine.
    Machine(std::shared_ptr<Host> host, Notifier& notifier)
        : host_(std::move(host)),
          notifier_(notifier),
          background_(notifier),
          process_news_(*host_, notifier),
          link_news_(notifier),
          bus_(notifier) {}
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    Host& host() { return *host_; }
    const std::shared_ptr<Host>& shared_host() { return host_; }
    Notifier& notifier() { return notifier_; }
    Background& background() { return background_; }
    ProcessNews& process_news() { return process_news_; }
    LinkNews& link_news() { return link_news_; }
    SystemBus& bus() { return bus_; }
    Reaper& reaper() { return reaper_; }

    // `now` is the pass's.
    const Result<CpuReading>& cpu(MonoTime now) {
        return cpu_.get(now, [&] { return host_->cpu(); });
    }
    const Result<MemoryReading>& memory(MonoTime now) {
        return memory_.get(now, [&] { return host_->memory(); });
    }
    const Result<std::vector<Mount>>& mounts(MonoTime now) {
        return mounts_.get(now, [&] { return host_->mounts(); });
    }
    const Result<std::vector<ProcessReading>>& processes(MonoTime now) {
        return processes_.get(now, [&] { return host_->processes(); });
    }
    const Result<std::vector<Listener>>& listeners(MonoTime now) {
        return listeners_.get(now, [&] { return host_->listeners(); });
    }
    const Result<std::vector<InterfaceReading>>& interfaces(MonoTime now) {
        return interfaces_.get(now, [&] { return host_->interfaces(); });
    }

 private:
    const std::shared_ptr<Host> host_;
    Notifier& notifier_;
    Background background_;
    ProcessNews process_news_;
    LinkNews link_news_;
    SystemBus bus_;
    Reaper reaper_;
    OncePerPass<CpuReading> cpu_;
    OncePerPass<MemoryReading> memory_;
    OncePerPass<std::vector<Mount>> mounts_;
    OncePerPass<std::vector<ProcessReading>> processes_;
    OncePerPass<std::vector<Listener>> listeners_;
    OncePerPass<std::vector<InterfaceReading>> interfaces_;
};

}  // namespace sloth
