#include "storage/sqlite/execution_store.h"

#include <algorithm>
#include <limits>

#include "storage/sqlite/rows.h"

namespace sloth {

Result<std::vector<Execution>> SqliteExecutionStore::list(const ExecutionFilter& filter) {
    // Failures are few among many: their own index finds them without reading what went well.
    const bool failures_of_hook =
        filter.only_failed && !filter.hook_id.empty() && filter.event_id.empty();
    std::string sql = "SELECT " SLOTH_EXECUTION_COLUMNS " FROM event_hook_executions x ";
    if (failures_of_hook) sql += "INDEXED BY idx_event_hook_executions_not_success ";
    sql += "JOIN events e ON e.id=x.event_id WHERE 1";
    if (!filter.hook_id.empty()) sql += " AND x.hook_id=?1";
    if (!filter.event_id.empty()) sql += " AND x.event_id=?2";
    if (filter.only_failed) {
        sql += filter.interrupted ? " AND x.success=0"
                                  : " AND x.success=0 AND x.status IN ('failed','timeout')";
    } else if (!filter.interrupted) {
        sql += " AND x.status<>'interrupted'";
    }
    sql += filter.event_id.empty() ? " ORDER BY x.id DESC LIMIT ?3" : " ORDER BY x.id LIMIT ?3";
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(Statement * select, reader->statement(sql));
    if (!filter.hook_id.empty()) select->bind(1, filter.hook_id);
    if (!filter.event_id.empty()) select->bind(2, filter.event_id);
    select->bind(3, int64_t(std::min<size_t>(filter.limit, std::numeric_limits<int64_t>::max())));
    std::vector<Execution> runs;
    for (;;) {
        SLOTH_TRY(const bool row, select->step());
        if (!row) return runs;
        SLOTH_TRY(Execution run, read_execution(*select));
        runs.push_back(std::move(run));
    }
}

Result<RunCounts> SqliteExecutionStore::counts() {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(const Snapshot snapshot, Snapshot::begin(*reader));
    // Successes are what remains: grouping all rows would read the whole table.
    SLOTH_TRY(Statement * all, reader->statement("SELECT count(*) FROM event_hook_executions"));
    SLOTH_TRY_VOID(all->step());
    RunCounts counts{.success = all->integer(0)};
    SLOTH_TRY(Statement * others,
              reader->statement("SELECT status, count(*) FROM event_hook_executions INDEXED BY "
                                "idx_event_hook_executions_not_success WHERE success=0 GROUP BY "
                                "status"));
    for (;;) {
        SLOTH_TRY(const bool row, others->step());
        if (!row) return counts;
        SLOTH_TRY(const RunStatus status, parse_run_status(others->view(0)));
        const int64_t count = others->integer(1);
        counts.success -= count;
        (status == RunStatus::failed    ? counts.failed
         : status == RunStatus::timeout ? counts.timeout
                                        : counts.interrupted) += count;
    }
}

}  // namespace sloth
