// What `status` shows of one worker process. A value.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sloth {

enum class WorkerState : uint8_t { idle, busy, stalled };

constexpr std::string_view to_string(WorkerState state) {
    switch (state) {
        case WorkerState::idle:
            return "idle";
        case WorkerState::busy:
            return "busy";
        case WorkerState::stalled:
            return "stalled";
    }
    return "";
}

struct WorkerStatus {
    pid_t pid = 0;
    WorkerState state = WorkerState::idle;
    size_t live_runs = 0;  // those that wait for an effect too

    bool operator==(const WorkerStatus&) const = default;
};

}  // namespace sloth
