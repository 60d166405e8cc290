// What a worker gives up before it runs anybody's script: files, sockets, processes, programs. The
// zygote prepares one (it compiles the system-call filter once); each worker applies it. A layer
// that this machine does not have is a warning, never an error.
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <string>
#include <vector>

namespace sloth {

class Lockdown {
 public:
    static Lockdown prepare();

    // In the worker, single-threaded, for good. `memory_budget`: address space beyond what the
    // process has now; `descriptors`: how many are open, from 0 on. One line for each missing
    // layer.
    std::vector<std::string> apply(int64_t memory_budget, int descriptors) const;

 private:
    std::vector<sock_filter> filter_;  // empty: could not be built, and why
    std::string filter_problem_;
};

}  // namespace sloth
