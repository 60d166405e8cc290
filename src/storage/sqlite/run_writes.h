// The statements that record runs: one row per attempt at once, the counters of hooks once per hook
// at the end of the transaction. The writer's thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "domain/execution.h"
#include "storage/sqlite/database.h"

namespace sloth {

class RunWrites {
 public:
    static Result<std::unique_ptr<RunWrites>> open(Database& db);

    Result<void> insert(const Execution& run);
    Result<void> before_commit();
    int64_t last_id() const { return last_id_; }
    void committed();
    void rolled_back();

 private:
    explicit RunWrites(Database& db) : db_(db) {}

    // Interrupted attempts do not count: another one of the same delivery follows.
    struct Counter {
        std::string hook_id;
        int64_t runs = 0;
        WallTime last_run{};
    };
    void count(const Execution& run);

    Database& db_;
    Statement insert_, count_;
    std::vector<Counter> counters_;
    int64_t last_id_ = 0;
    int64_t committed_id_ = 0;
};

}  // namespace sloth
