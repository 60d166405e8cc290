// How a service comes and goes: the states of its unit in, events out. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "watch/unit_state.h"

namespace sloth {

struct ServiceEvent {
    std::string kind;  // "started", "stopped", "failed", "restarted"
    std::string old_status;
    UnitState state;
};

class ServiceLife {
 public:
    // What must be kept to go on from here.
    struct Memory {
        std::string status;  // "active", "inactive" or "failed"; "" is not known yet
        std::string invocation;
        uint32_t restarts = 0;  // when it last ran

        bool operator==(const Memory&) const = default;
    };

    explicit ServiceLife(Memory memory) : memory_(std::move(memory)) {}

    void take(const UnitState& state);

    // It has stopped, and that may be the first half of a restart.
    bool in_doubt() const { return stopping_ == Stopping::maybe; }
    // No second half has come: it has stopped.
    void settle();

    const Memory& memory() const { return memory_; }
    const std::vector<ServiceEvent>& events() const { return events_; }

 private:
    enum class Stopping : uint8_t { no, maybe, coming_back };

    void add(std::string_view kind, const UnitState& state);
    void remember(const UnitState& state, std::string_view status);
    void take_running(const UnitState& state);

    Memory memory_;
    std::vector<ServiceEvent> events_;
    Stopping stopping_ = Stopping::no;
    UnitState stopped_;  // the state that began it
};

}  // namespace sloth
