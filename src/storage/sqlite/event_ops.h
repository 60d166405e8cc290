// The calls of EventStore that go through the writer's queue. Made on any thread, then the
// writer's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/event_store.h"
#include "storage/sqlite/write_op.h"

namespace sloth {

class AppendOp final : public WriteOp {
 public:
    AppendOp(std::vector<Event> events, std::optional<AgentPosition> position, AppendDone done);
    Result<void> apply(WriteGroup& group) override;
    void settle(Result<void> outcome) override;
    size_t rows() const override { return events_.size(); }
    size_t bytes() const override { return bytes_; }
    bool may_be_refused() const override { return true; }

 private:
    std::vector<Event> events_;
    std::optional<AgentPosition> position_;
    AppendDone done_;
    AppendResults results_;
    size_t bytes_ = 0;
};

class RecordOp final : public WriteOp {
 public:
    RecordOp(RecordBatch batch, RecordDone done);
    Result<void> apply(WriteGroup& group) override;
    void settle(Result<void> outcome) override;
    size_t rows() const override { return rows_; }
    size_t bytes() const override { return bytes_; }
    bool may_be_refused() const override { return false; }

 private:
    RecordBatch batch_;
    RecordDone done_;
    size_t rows_ = 0;
    size_t bytes_ = 0;
};

class FlushOp final : public WriteOp {
 public:
    FlushOp(EffectBatch batch, EventStore::FlushDone done);
    Result<void> apply(WriteGroup& group) override;
    void settle(Result<void> outcome) override;
    size_t rows() const override { return rows_; }
    size_t bytes() const override { return bytes_; }
    bool may_be_refused() const override { return false; }

 private:
    EffectBatch batch_;
    EventStore::FlushDone done_;
    std::vector<std::string> answers_;
    size_t rows_ = 0;
    size_t bytes_ = 0;
};

}  // namespace sloth
