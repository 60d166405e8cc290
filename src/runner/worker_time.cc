#include "runner/worker_time.h"

#include <time.h>

namespace sloth {

std::optional<Micros> processor_time(pid_t pid) {
    clockid_t clock{};
    timespec used{};
    if (::clock_getcpuclockid(pid, &clock) != 0) return std::nullopt;
    if (::clock_gettime(clock, &used) != 0) return std::nullopt;
    return std::chrono::duration_cast<Micros>(std::chrono::seconds(used.tv_sec) +
                                              std::chrono::nanoseconds(used.tv_nsec));
}

}  // namespace sloth
