#include "storage/sqlite/event_ops.h"

#include "storage/sqlite/write_group.h"

namespace sloth {
namespace {

constexpr size_t kRowBytes = 512;  // the columns beside the large one

size_t bytes_of(const EffectBatch& batch) {
    size_t bytes = 0;
    for (const InternalEffect& effect : batch.effects) {
        bytes += kRowBytes + effect.value.size() + effect.event.data.size();
    }
    for (const JournalRow& row : batch.answers) bytes += kRowBytes + row.answer.size();
    return bytes;
}

}  // namespace

AppendOp::AppendOp(std::vector<Event> events, std::optional<AgentPosition> position,
                   AppendDone done)
    : events_(std::move(events)), position_(std::move(position)), done_(std::move(done)) {
    for (const Event& event : events_) bytes_ += kRowBytes + event.data.size();
}

Result<void> AppendOp::apply(WriteGroup& group) {
    SLOTH_TRY(results_, group.events().append(events_, position_));
    return {};
}

void AppendOp::settle(Result<void> outcome) {
    if (outcome) return done_(std::move(results_));
    done_(fail_with(std::move(outcome).error()));
}

RecordOp::RecordOp(RecordBatch batch, RecordDone done)
    : batch_(std::move(batch)), done_(std::move(done)) {
    rows_ = batch_.runs.size() + batch_.finished.size() + batch_.processing.size() +
            batch_.released.size() + batch_.recovered.size();
    for (const RunRecord& run : batch_.runs) {
        rows_ += run.effects.effects.size();
        bytes_ += kRowBytes + run.execution.output.size() + bytes_of(run.effects);
    }
}

Result<void> RecordOp::apply(WriteGroup& group) { return group.record(batch_); }
void RecordOp::settle(Result<void> outcome) { done_(std::move(outcome), std::move(batch_)); }

FlushOp::FlushOp(EffectBatch batch, EventStore::FlushDone done)
    : batch_(std::move(batch)),
      done_(std::move(done)),
      rows_(2 * batch_.effects.size() + batch_.answers.size()),
      bytes_(bytes_of(batch_)) {}

Result<void> FlushOp::apply(WriteGroup& group) {
    SLOTH_TRY(answers_, group.effects().apply(batch_));
    return {};
}

void FlushOp::settle(Result<void> outcome) {
    if (outcome) return done_(std::move(answers_));
    done_(fail_with(std::move(outcome).error()));
}

}  // namespace sloth
