#include "storage/sqlite/run_writes.h"

#include <algorithm>

#include "storage/sqlite/meta.h"

namespace sloth {

Result<std::unique_ptr<RunWrites>> RunWrites::open(Database& db) {
    std::unique_ptr<RunWrites> writes(new RunWrites(db));
    SLOTH_TRY(writes->insert_,
              db.prepare("INSERT INTO event_hook_executions (id, event_id, hook_id, hook_name, "
                         "success, output, error, duration_ms, executed_at, attempt, delivery_id, "
                         "status, hook_version, agent, duration_us) "
                         "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
    SLOTH_TRY(writes->count_, db.prepare("UPDATE hooks SET run_count=run_count+?, "
                                         "last_run=max(coalesce(last_run,0),?) WHERE id=?"));
    SLOTH_TRY(const int64_t kept, read_meta(db, Meta::last_execution_id));
    SLOTH_TRY(Statement max, db.prepare("SELECT max(id) FROM event_hook_executions"));
    SLOTH_TRY_VOID(max.step());
    writes->last_id_ = writes->committed_id_ = std::max(kept, max.integer(0));
    return writes;
}

Result<void> RunWrites::insert(const Execution& run) {
    const auto millis = std::chrono::round<Millis>(run.duration);
    SLOTH_TRY_VOID(insert_.bind(1, ++last_id_)
                       .bind(2, run.event_id)
                       .bind(3, run.hook_id)
                       .bind(4, run.hook_name)
                       .bind(5, run.status == RunStatus::success ? 1 : 0)
                       .bind_or_null(6, run.output)
                       .bind_or_null(7, run.error)
                       .bind(8, int64_t(millis.count()))
                       .bind(9, to_micros(run.executed_at))
                       .bind(10, run.attempt)
                       .bind_or_null(11, run.delivery_id)
                       .bind(12, to_string(run.status))
                       .bind(13, run.hook_version)
                       .bind_or_null(14, run.agent)
                       .bind(15, int64_t(run.duration.count()))
                       .run());
    if (run.status != RunStatus::interrupted) count(run);
    return {};
}

void RunWrites::count(const Execution& run) {
    auto known = std::ranges::find(counters_, run.hook_id, &Counter::hook_id);
    if (known == counters_.end()) {
        counters_.push_back({run.hook_id});
        known = std::prev(counters_.end());
    }
    ++known->runs;
    known->last_run = std::max(known->last_run, run.executed_at);
}

Result<void> RunWrites::before_commit() {
    for (const Counter& counter : counters_) {
        SLOTH_TRY_VOID(count_.bind(1, counter.runs)
                           .bind(2, to_micros(counter.last_run))
                           .bind(3, counter.hook_id)
                           .run());
    }
    return {};
}

void RunWrites::committed() {
    counters_.clear();
    committed_id_ = last_id_;
}

void RunWrites::rolled_back() {
    counters_.clear();
    last_id_ = committed_id_;
}

}  // namespace sloth
