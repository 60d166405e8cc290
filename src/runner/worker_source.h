// Where worker processes, and commands, come from, so that tests can play a worker. Real:
// zygote_source.h. Called on the runner's thread only; a call may block for a millisecond.
#pragma once

#include <optional>

#include "base/time.h"
#include "runner/zygote.h"

namespace sloth {

class WorkerSource {
 public:
    virtual ~WorkerSource() = default;
    virtual Result<WorkerProcess> spawn() = 0;
    // See Zygote::start_command.
    virtual Result<Fd> start_command(const CommandSpec& spec, int in, int out, int err) = 0;
    // How a worker ended, once that is known; in any order.
    virtual std::optional<WorkerDeath> take_death() = 0;
    virtual void kill(const WorkerProcess& worker) = 0;
    // Processor time that it has used; nothing if that cannot be known.
    virtual std::optional<Micros> used_time(const WorkerProcess& worker) = 0;
    // False if the system does not let us (raising a priority again needs a privilege).
    virtual bool set_nice(const WorkerProcess& worker, int nice) = 0;
};

}  // namespace sloth
