// Every setting of the hook runner, with its default and the reason for it. Values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "runner/http/http_options.h"

namespace sloth {

struct RunnerOptions {
    size_t workers = 0;                  // 0: one a core
    size_t max_solo_workers = 4;         // for hooks that need one of their own, one a hook
    size_t max_stalled_workers = 16;     // beyond it new work waits: processes are bounded
    uint64_t recycle_after = 1'000'000;  // runs, when idle: bounds what fragmentation can cost
    Micros stall_limit = 50ms;  // a slice lasts 1 ms; this is C code that does not come back
    Micros quiet_limit =
        1s;  // a worker that has work and shows no sign of life for so long is stopped
    Micros watch_interval = 10ms;
    Micros stuck_grace = 100ms;  // a run in its slice may exceed its deadline by this
    Micros load_limit = 3s;
    Micros unused_hook_age = 10min;  // then a worker forgets its source
    int max_interruptions = 3;       // then the run gets one more chance, alone

    size_t work_threads = 4;  // for what blocks: more would only wait for the same disk

    uint32_t exec_processes =
        4096;  // of one command with all that it starts, where a cgroup can be had
    std::string exec_user = "nobody";    // of commands of hooks that have not the service's rights
    size_t exec_output_cap = 256 << 10;  // of each stream; more is read and thrown away
    Micros exec_drain = 100ms;  // how long grandchildren may hold the pipes of a child that ended
    // What children see of the service: PATH, HOME, LANG, USER.
    std::vector<std::pair<std::string, std::string>> environment;
    // What env.get shows of it.
    std::map<std::string, std::string> visible_environment;
    std::string data_dir;
    HttpOptions http;

    // The hook set that a dispatched event is accepted under. Called on the runner's thread.
    std::function<int64_t()> generation = [] { return int64_t{0}; };
};

}  // namespace sloth
