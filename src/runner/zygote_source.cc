#include "runner/zygote_source.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sloth {

Result<WorkerProcess> ZygoteSource::spawn() {
    auto worker = zygote_.spawn(options_);
    if (!worker && on_lost_ && !zygote_.alive()) {
        on_lost_({Code::failed, "the process that starts workers is gone: hooks cannot run", {}});
    }
    return worker;
}

void ZygoteSource::kill(const WorkerProcess& worker) {
    // By pidfd: the number may belong to somebody else by now.
    ::syscall(SYS_pidfd_send_signal, worker.pidfd.get(), SIGKILL, nullptr, 0);
}

bool ZygoteSource::set_nice(const WorkerProcess& worker, int nice) {
    return ::setpriority(PRIO_PROCESS, static_cast<id_t>(worker.pid), nice) == 0;
}

}  // namespace sloth
