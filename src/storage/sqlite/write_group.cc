#include "storage/sqlite/write_group.h"

namespace sloth {

Result<std::unique_ptr<WriteGroup>> WriteGroup::open(Database& db, HeldEvents& held, Clock& clock) {
    std::unique_ptr<WriteGroup> group(new WriteGroup(db, held));
    SLOTH_TRY(group->events_, EventWrites::open(db));
    SLOTH_TRY(group->effects_, EffectWrites::open(db, *group->events_, clock));
    SLOTH_TRY(group->runs_, RunWrites::open(db));
    return group;
}

Result<void> WriteGroup::record(RecordBatch& batch) {
    for (RunRecord& run : batch.runs) {
        SLOTH_TRY_VOID(runs_->insert(run.execution));
        SLOTH_TRY_VOID(effects_->apply(run.effects));
        if (run.last) SLOTH_TRY_VOID(effects_->drop_journal(run.execution.delivery_id));
    }
    for (const EventFinish& finish : batch.finished) {
        SLOTH_TRY_VOID(events_->finish(finish));
        finished_.push_back(finish.seq);
    }
    for (const int64_t seq : batch.processing) SLOTH_TRY_VOID(events_->set_processing(seq));
    for (const int64_t seq : batch.released) {
        SLOTH_TRY_VOID(events_->set_pending(seq));
        released_.push_back(seq);
    }
    for (const int64_t seq : batch.recovered) SLOTH_TRY_VOID(events_->count_recovery(seq));
    return {};
}

Result<void> WriteGroup::before_commit() {
    SLOTH_TRY_VOID(runs_->before_commit());
    held_.hold(events_->accepted());
    return {};
}

void WriteGroup::committed() {
    held_.finish(finished_);
    held_.release(released_);
    held_.offer(events_->accepted());
    finished_.clear();
    released_.clear();
    events_->committed();
    effects_->committed();
    runs_->committed();
}

void WriteGroup::rolled_back() {
    held_.release(events_->accepted());
    finished_.clear();
    released_.clear();
    events_->rolled_back();
    effects_->rolled_back();
    runs_->rolled_back();
}

}  // namespace sloth
