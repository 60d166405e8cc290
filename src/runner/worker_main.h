// A worker process's whole life after the fork: lockdown, then frames in, coroutines resumed,
// frames out. Never returns. Called by the zygote's child only; single-threaded.
#pragma once

#include "runner/lockdown.h"
#include "runner/zygote.h"

namespace sloth {

[[noreturn]] void worker_main(Fd socket, Fd page, const WorkerOptions& options,
                              const Lockdown& lockdown);

}  // namespace sloth
