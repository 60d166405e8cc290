// ExecutionStore over SQLite: reads only. Any thread.
#pragma once

#include "ports/execution_store.h"
#include "storage/sqlite/readers.h"

namespace sloth {

class SqliteExecutionStore final : public ExecutionStore {
 public:
    explicit SqliteExecutionStore(Readers& readers) : readers_(readers) {}

    Result<std::vector<Execution>> list(const ExecutionFilter& filter) override;
    Result<RunCounts> counts() override;

 private:
    Readers& readers_;
};

}  // namespace sloth
