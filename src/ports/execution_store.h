// Reading what runs left. Writing is EventStore::record, in one transaction with the events. Any
// thread; blocks for a read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/execution.h"

namespace sloth {

struct ExecutionFilter {
    std::string hook_id;       // "" is any
    std::string event_id;      // "" is any
    bool only_failed = false;  // failed and timeout
    bool interrupted = false;  // also interrupted attempts
    size_t limit = 20;         // applied after the filters; newest first (by event: oldest first)
};

struct RunCounts {
    int64_t success = 0;
    int64_t failed = 0;
    int64_t timeout = 0;
    int64_t interrupted = 0;
};

class ExecutionStore {
 public:
    virtual ~ExecutionStore() = default;
    virtual Result<std::vector<Execution>> list(const ExecutionFilter& filter) = 0;
    virtual Result<RunCounts> counts() = 0;
};

}  // namespace sloth
