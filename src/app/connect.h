// How a command reaches the admin service: a master's socket, or, when no master runs, the same
// service in this process over the same store. Main thread.
#pragma once

#include <memory>

#include "app/config.h"
#include "app/data_dir.h"
#include "base/log.h"
#include "cli/roles.h"

namespace sloth {

// `master`: "" or unix:PATH. Takes the data folder's lock only with Need::any and only while nobody
// serves it.
Result<std::unique_ptr<cli::Connection>> connect_admin(const std::string& master, cli::Need need,
                                                       const DataDir& dir, const Config& config,
                                                       Log& log);

}  // namespace sloth
