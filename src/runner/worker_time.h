// How much processor time another process has used: it tells a worker that is stuck from one that
// does not get the processor. Any thread.
#pragma once

#include <sys/types.h>

#include <optional>

#include "base/time.h"

namespace sloth {

// Nothing if there is no such process.
std::optional<Micros> processor_time(pid_t pid);

}  // namespace sloth
