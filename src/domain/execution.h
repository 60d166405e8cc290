// An Execution: what one attempt of one hook on one event did. Every attempt leaves one, above all
// the failing. Source of the fields: the specification's table `event_hook_executions`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sloth {

// `interrupted`: the run's worker (or master) died or was needed elsewhere; another attempt
// follows.
enum class RunStatus : uint8_t { success, failed, timeout, interrupted };

std::string_view to_string(RunStatus status);
Result<RunStatus> parse_run_status(std::string_view text);

struct Execution {
    int64_t id = 0;  // the run's number
    std::string event_id;
    std::string event_type;  // of the event; not a column of its own
    std::string hook_id;
    std::string hook_name;
    RunStatus status = RunStatus::success;  // `success` (0 or 1) in the schema follows from it
    std::string output;  // what was printed and logged, then the message it returned
    std::string error;
    Micros duration{};
    WallTime executed_at{};  // when the attempt started
    int attempt = 1;
    std::string delivery_id;  // one for all attempts of (event, hook)
    int hook_version = 1;
    std::string agent;  // where it ran; "" is the master

    bool operator==(const Execution&) const = default;
};

}  // namespace sloth
