// A running master (`master start`), or master and local agent in one (`up`). Main thread: start,
// run until told to end, drain.
#pragma once

#include <memory>
#include <string>

#include "app/config.h"
#include "app/data_dir.h"
#include "base/log.h"
#include "runner/zygote.h"

namespace sloth {

struct MasterPlan {
    std::string role;         // "up" or "master"
    std::string listen;       // loopback host:port for agents; "" opens none
    std::string local_agent;  // the name of the agent in this process; "" is none
};

// Blocks until SIGTERM or SIGINT has been served (a second one hands running hooks back at once).
// Returns the exit code; what went wrong has been said on stderr. Prints one line on stdout when
// ready.
int run_master(const MasterPlan& options, const DataDir& dir, const Config& config, Zygote& zygote,
               Log& log);

}  // namespace sloth
