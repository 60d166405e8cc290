// Between rows and domain values: the column lists and their readers. Pure but for the statement
// that they read; the statement's thread.
#pragma once

#include <optional>
#include <string>

#include "domain/agent.h"
#include "domain/event.h"
#include "domain/execution.h"
#include "domain/hook.h"
#include "storage/sqlite/database.h"

namespace sloth {

// The columns of a SELECT, in the order in which the reader expects them from column 0 on.
#define SLOTH_EVENT_COLUMNS                                                                    \
    "seq, id, type, stack, agent, run_id, source, ordering_key, data, timestamp, created_at, " \
    "status, error, processed_at, root_id, parent_id, depth, hook_generation, recoveries"
Result<Event> read_event(const Statement& row);

#define SLOTH_EXECUTION_COLUMNS                                                       \
    "x.id, x.event_id, e.type, x.hook_id, x.hook_name, x.status, x.output, x.error, " \
    "x.duration_us, x.executed_at, x.attempt, x.delivery_id, x.hook_version, x.agent"
Result<Execution> read_execution(const Statement& row);

// Without event_types: they are rows of their own.
#define SLOTH_HOOK_COLUMNS                                                               \
    "id, name, description, file_path, stack, enabled, timeout_us, memory, output, "     \
    "max_effects_in_flight, version, content_hash, last_error, created_at, updated_at, " \
    "last_run, run_count, removed_at, max_concurrency, profile, permissions, "           \
    "(SELECT p.content_hash FROM hook_pending p WHERE p.hook_id=hooks.id)"
Hook read_hook(const Statement& row);
// From `column` and the one behind it. What cannot be read grants nothing.
void read_rights(const Statement& row, int column, Profile& profile, Permissions& permissions);

std::optional<WallTime> read_time(const Statement& row, int column);
void bind_time(Statement& statement, int at, const std::optional<WallTime>& time);

}  // namespace sloth
