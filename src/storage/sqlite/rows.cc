#include "storage/sqlite/rows.h"

namespace sloth {

std::optional<WallTime> read_time(const Statement& row, int column) {
    if (row.is_null(column)) return {};
    return from_micros(row.integer(column));
}

void bind_time(Statement& statement, int at, const std::optional<WallTime>& time) {
    if (time) {
        statement.bind(at, to_micros(*time));
    } else {
        statement.bind_null(at);
    }
}

Result<Event> read_event(const Statement& row) {
    Event event;
    event.seq = row.integer(0);
    event.id = row.text(1);
    event.type = row.text(2);
    event.stack = row.text(3);
    event.agent = row.text(4);
    event.run_id = row.text(5);
    event.source = row.text(6);
    event.ordering_key = row.text(7);
    event.data = row.text(8);
    event.timestamp = from_micros(row.integer(9));
    event.created_at = from_micros(row.integer(10));
    SLOTH_TRY(event.status, parse_event_status(row.view(11)));
    event.error = row.text(12);
    event.processed_at = read_time(row, 13);
    event.root_id = row.text(14);
    event.parent_id = row.text(15);
    event.depth = int(row.integer(16));
    event.hook_generation = row.integer(17);
    event.recoveries = int(row.integer(18));
    return event;
}

Result<Execution> read_execution(const Statement& row) {
    Execution run;
    run.id = row.integer(0);
    run.event_id = row.text(1);
    run.event_type = row.text(2);
    run.hook_id = row.text(3);
    run.hook_name = row.text(4);
    SLOTH_TRY(run.status, parse_run_status(row.view(5)));
    run.output = row.text(6);
    run.error = row.text(7);
    run.duration = Micros(row.integer(8));
    run.executed_at = from_micros(row.integer(9));
    run.attempt = int(row.integer(10));
    run.delivery_id = row.text(11);
    run.hook_version = int(row.integer(12));
    run.agent = row.text(13);
    return run;
}

void read_rights(const Statement& row, int column, Profile& profile, Permissions& permissions) {
    profile = parse_profile(row.view(column)).value_or(Profile::pure);
    permissions = permissions_of(row.view(column + 1));
}

Hook read_hook(const Statement& row) {
    Hook hook;
    hook.id = row.text(0);
    hook.name = row.text(1);
    hook.description = row.text(2);
    hook.file_path = row.text(3);
    hook.stack = row.text(4);
    hook.enabled = row.integer(5) != 0;
    hook.limits.timeout = Micros(row.integer(6));
    hook.limits.memory = row.integer(7);
    hook.limits.output = row.integer(8);
    hook.limits.max_effects_in_flight = int(row.integer(9));
    hook.version = int(row.integer(10));
    hook.content_hash = row.text(11);
    hook.last_error = row.text(12);
    hook.created_at = from_micros(row.integer(13));
    hook.updated_at = from_micros(row.integer(14));
    hook.last_run = read_time(row, 15);
    hook.run_count = row.integer(16);
    hook.removed_at = read_time(row, 17);
    hook.limits.max_concurrency = int(row.integer(18));
    read_rights(row, 19, hook.profile, hook.permissions);
    hook.pending_hash = row.text(21);
    return hook;
}

}  // namespace sloth
