// What one transaction of the writer consists of: every statement that writes, and what the
// transaction must tell the rest of the process once it is durable. The writer's thread.
#pragma once

#include <memory>
#include <vector>

#include "ports/clock.h"
#include "ports/event_store.h"
#include "storage/sqlite/effect_writes.h"
#include "storage/sqlite/event_writes.h"
#include "storage/sqlite/held_events.h"
#include "storage/sqlite/run_writes.h"

namespace sloth {

class WriteGroup {
 public:
    static Result<std::unique_ptr<WriteGroup>> open(Database& db, HeldEvents& held, Clock& clock);

    Database& db() { return db_; }
    EventWrites& events() { return *events_; }
    EffectWrites& effects() { return *effects_; }
    int64_t last_execution_id() const { return runs_->last_id(); }

    // Runs with their effects, then finished, processing, released, recovered.
    Result<void> record(RecordBatch& batch);

    Result<void> before_commit();
    void committed();
    void rolled_back();

 private:
    WriteGroup(Database& db, HeldEvents& held) : db_(db), held_(held) {}

    Database& db_;
    HeldEvents& held_;
    std::unique_ptr<EventWrites> events_;
    std::unique_ptr<EffectWrites> effects_;
    std::unique_ptr<RunWrites> runs_;
    std::vector<int64_t> finished_;
    std::vector<int64_t> released_;
};

}  // namespace sloth
