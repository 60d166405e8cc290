#include "domain/event_catalogue.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/similar.h"

namespace sloth {
namespace {

constexpr auto kTypes = std::to_array<EventType>({
    {"agent.connected", "agent", "An agent opened its stream to the master"},
    {"agent.disconnected", "agent", "An agent said goodbye or its stream broke"},
    {"agent.health_check", "agent", "An agent's regular report on its machine"},
    {"agent.heartbeat_failed", "agent", "An agent's heartbeat did not come in time"},
    {"agent.outbox_overflow", "agent", "An agent's outbox was full and events were dropped"},
    {"agent.registered", "agent", "The master met an agent for the first time"},
    {"agent.resource_high", "agent", "An agent's machine is short of a resource"},
    {"agent.updated", "agent", "An agent runs another version than before"},
    {"agent.version_mismatch", "agent", "An agent and its master run versions that differ"},
    {"backup.completed", "backup", "A backup ended well"},
    {"backup.failed", "backup", "A backup failed"},
    {"backup.started", "backup", "A backup began"},
    {"command.failed", "command", "A watched command did not end as expected"},
    {"command.output_changed", "command", "A watched command printed something else than before"},
    {"command.output_matched", "command", "What a watched command printed fits the pattern"},
    {"command.recovered", "command", "A watched command ends as expected again"},
    {"command.threshold_exceeded", "command",
     "The number of a watched command crossed its threshold"},
    {"command.threshold_normal", "command", "The number of a watched command is back"},
    {"command.unexpected_exit", "command", "The older name of command.failed"},
    {"cpu.high_usage", "system",
     "CPU usage rose above its threshold (the older name of system.cpu_high)"},
    {"cpu.low_usage", "system",
     "CPU usage fell below its threshold (the older name of system.cpu_normal)"},
    {"custom", "custom", "An event of the user's own"},
    {"custom.deployment", "custom", "A deployment told by a user's script"},
    {"custom.triggered", "custom", "A user's own watcher fired"},
    {"db.connected", "database", "A database connection was opened"},
    {"db.disconnected", "database", "A database connection was lost or closed"},
    {"db.error", "database", "A database reports an error"},
    {"db.migration", "database", "A database schema was migrated"},
    {"db.query_slow", "database", "A database query took longer than it should"},
    {"deploy.completed", "deploy", "A deployment ended well"},
    {"deploy.failed", "deploy", "A deployment failed"},
    {"deploy.rollback", "deploy", "A deployment was rolled back"},
    {"deploy.staging_success", "deploy", "A deployment to staging ended well"},
    {"deploy.started", "deploy", "A deployment began"},
    {"dir.changed", "file", "Entries of a watched folder changed"},
    {"dir.created", "file", "A watched folder appeared"},
    {"dir.deleted", "file", "A watched folder went away"},
    {"dir.renamed", "file", "A watched folder got another name"},
    {"directory.file_created", "file", "The older name of file.created"},
    {"directory.file_deleted", "file", "The older name of file.deleted"},
    {"disk.high_usage", "system",
     "A file system filled beyond its threshold (the older name of system.disk_full)"},
    {"file.created", "file", "A watched file appeared"},
    {"file.deleted", "file", "A watched file went away"},
    {"file.modified", "file", "A watched file's content changed"},
    {"file.renamed", "file", "A watched file got another name"},
    {"health.check_failed", "health", "A health check failed"},
    {"health.check_passed", "health", "A health check passed"},
    {"health.check_started", "health", "A health check began"},
    {"health.degraded", "health", "A service works, but badly"},
    {"health.recovered", "health", "A service is healthy again"},
    {"log.line_matched", "log", "The older name of log.pattern_matched"},
    {"log.pattern_matched", "log", "A line that fits the pattern appeared in a watched log"},
    {"memory.high_usage", "system",
     "Memory usage rose above its threshold (the older name of system.memory_low)"},
    {"network.down", "network", "A network connection is down"},
    {"network.errors_high", "network", "An interface has more errors than it should"},
    {"network.errors_normal", "network", "An interface's errors are back below the threshold"},
    {"network.latency_high", "network", "Network latency rose above its threshold"},
    {"network.slow", "network", "A network connection is slow"},
    {"network.throughput_high", "network", "An interface carries more than its threshold"},
    {"network.throughput_normal", "network", "An interface's traffic is back below the threshold"},
    {"network.up", "network", "A network connection is back"},
    {"port.closed", "port", "A watched port stopped accepting"},
    {"port.latency_high", "port", "Connecting to a watched port took longer than it should"},
    {"port.latency_normal", "port", "Connecting to a watched port is quick again"},
    {"port.opened", "port", "A watched port began to accept"},
    {"process.cpu_high", "process", "A watched process uses more CPU than its threshold"},
    {"process.cpu_normal", "process", "A watched process's CPU usage is back below its threshold"},
    {"process.crashed", "process", "A watched process ended abnormally"},
    {"process.memory_high", "process", "A watched process uses more memory than its threshold"},
    {"process.memory_normal", "process", "A watched process's memory is back below its threshold"},
    {"process.started", "process", "A watched process started"},
    {"process.stopped", "process", "A watched process ended"},
    {"resource.created", "resource", "A stack's resource was created"},
    {"resource.deleted", "resource", "A stack's resource was deleted"},
    {"resource.failed", "resource", "An operation on a stack's resource failed"},
    {"resource.updated", "resource", "A stack's resource was changed"},
    {"restore.completed", "backup", "A restore ended well"},
    {"restore.failed", "backup", "A restore failed"},
    {"restore.started", "backup", "A restore began"},
    {"schedule.created", "schedule", "A schedule was created"},
    {"schedule.deleted", "schedule", "A schedule was deleted"},
    {"schedule.disabled", "schedule", "A schedule was disabled"},
    {"schedule.enabled", "schedule", "A schedule was enabled"},
    {"schedule.missed", "schedule", "A schedule's time passed without a run"},
    {"schedule.triggered", "schedule", "A schedule's time has come"},
    {"schedule.updated", "schedule", "A schedule was changed"},
    {"secret.accessed", "secret", "A secret was read"},
    {"secret.created", "secret", "A secret was created"},
    {"secret.deleted", "secret", "A secret was deleted"},
    {"secret.expired", "secret", "A secret is past its date"},
    {"secret.rotation_needed", "secret", "A secret is due for rotation"},
    {"secret.updated", "secret", "A secret got another value"},
    {"security.account_locked", "security", "An account was locked"},
    {"security.alert", "security", "A security matter wants attention"},
    {"security.breach", "security", "A breach of security was found"},
    {"security.login_failed", "security", "A login failed"},
    {"security.login_success", "security", "A login succeeded"},
    {"security.permission_denied", "security", "Somebody was denied what they asked for"},
    {"security.unauthorized", "security", "Somebody asked without being allowed to"},
    {"service.failed", "service", "A watched service failed"},
    {"service.reconfigured", "service", "A watched service's unit file changed"},
    {"service.restarted", "service", "A watched service restarted"},
    {"service.started", "service", "A watched service started"},
    {"service.status_changed", "service",
     "A watched service's state changed (the older name of service.started, .stopped, .failed and "
     ".restarted)"},
    {"service.stopped", "service", "A watched service stopped"},
    {"service.updated", "service", "A service was updated"},
    {"stack.deployed", "stack", "A stack was deployed"},
    {"stack.destroyed", "stack", "A stack was taken down"},
    {"stack.drift_detected", "stack", "A stack differs from what was declared"},
    {"stack.failed", "stack", "An operation on a stack failed"},
    {"stack.locked", "stack", "A stack was locked"},
    {"stack.rollback_failed", "stack", "Taking a stack back to an earlier version failed"},
    {"stack.rolled_back", "stack", "A stack went back to an earlier version"},
    {"stack.snapshot_created", "stack", "A snapshot of a stack was made"},
    {"stack.tagged", "stack", "A stack got a tag"},
    {"stack.unlocked", "stack", "A stack was unlocked"},
    {"stack.untagged", "stack", "A stack lost a tag"},
    {"stack.updated", "stack", "A stack was changed"},
    {"state.corrupted", "state", "Stored state does not read back as it was written"},
    {"state.created", "state", "A key of the state was written for the first time"},
    {"state.deleted", "state", "A key of the state was deleted"},
    {"state.locked", "state", "The state was locked"},
    {"state.unlocked", "state", "The state was unlocked"},
    {"state.updated", "state", "A key of the state got another value"},
    {"system.cpu_high", "system", "CPU usage rose above its threshold"},
    {"system.cpu_normal", "system", "CPU usage is back below its threshold"},
    {"system.disk_full", "system", "A file system filled beyond its threshold"},
    {"system.disk_normal", "system", "A file system has room again"},
    {"system.error", "system", "A part of the system reports an error"},
    {"system.memory_high", "system",
     "Used memory rose above its threshold (the older name of system.memory_low)"},
    {"system.memory_low", "system", "Available memory fell below its threshold"},
    {"system.memory_normal", "system", "Memory is back on the good side of its threshold"},
    {"system.resource_high", "system", "A resource is used beyond its threshold"},
    {"system.shutdown", "system", "The system is going down"},
    {"system.startup", "system", "The system came up"},
    {"system.warning", "system", "A part of the system gives a warning"},
    {"task.cancelled", "task", "A task was cancelled"},
    {"task.completed", "task", "A task ended well"},
    {"task.failed", "task", "A task failed"},
    {"task.retrying", "task", "A failed task is tried again"},
    {"task.started", "task", "A task began"},
    {"task.timeout", "task", "A task ran longer than it may"},
    {"watcher.gap", "watcher",
     "A watcher may have missed changes: the kernel's queue overflowed or the target was away"},
    {"workflow.cancelled", "workflow", "A workflow was cancelled"},
    {"workflow.completed", "workflow", "A workflow ended well"},
    {"workflow.failed", "workflow", "A workflow failed"},
    {"workflow.paused", "workflow", "A workflow was paused"},
    {"workflow.resumed", "workflow", "A paused workflow goes on"},
    {"workflow.started", "workflow", "A workflow began"},
});
// Strictly: no name twice.
static_assert(std::ranges::adjacent_find(kTypes, std::ranges::greater_equal{}, &EventType::name) ==
              kTypes.end());

std::string_view first_word(std::string_view name) { return name.substr(0, name.find('.')); }

}  // namespace

std::span<const EventType> event_catalogue() { return kTypes; }

const EventType* find_event_type(std::string_view name) {
    const auto it = std::ranges::lower_bound(kTypes, name, {}, &EventType::name);
    return it != kTypes.end() && it->name == name ? &*it : nullptr;
}

std::optional<std::string_view> suggest_event_type(std::string_view name) {
    // What follows "custom." is the user's to choose.
    if (find_event_type(name) || name.starts_with("custom.")) return {};
    // "role.created" is no misspelt "file.created": the first word must be nearly right. The table
    // is sorted, so that each first word is looked at once: this is done for every event.
    std::vector<std::string_view> names;
    std::string_view word;
    bool near = false;
    for (const EventType& type : kTypes) {
        if (word != first_word(type.name)) {
            word = first_word(type.name);
            near = edit_distance(first_word(name), word) <= 1;
        }
        if (near) names.push_back(type.name);
    }
    const auto nearest = most_similar(name, names);
    return nearest && edit_distance(name, *nearest) <= 2 ? nearest : std::nullopt;
}

}  // namespace sloth
