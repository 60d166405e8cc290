#include "engine/to_execution.h"

namespace sloth {

Execution to_execution(const Event& event, const RunnableHook& hook, RunOutcome&& outcome) {
    Execution e;
    e.event_id = event.id;
    e.event_type = event.type;
    e.hook_id = hook.id;
    e.hook_name = hook.name;
    e.status = outcome.status;
    e.output = std::move(outcome.output);
    e.error = std::move(outcome.error);
    e.duration = outcome.duration;
    e.executed_at = outcome.executed_at;
    e.attempt = outcome.attempt;
    e.delivery_id = event.id + hook.delivery_suffix;
    e.hook_version = hook.version;
    return e;
}

}  // namespace sloth
