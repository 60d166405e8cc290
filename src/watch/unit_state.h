// What systemd says of a unit. A value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sloth {

struct UnitState {
    std::string load;        // "loaded", "not-found", "masked"
    std::string active;      // "active", "reloading", "inactive", "failed", "(de)activating"
    std::string sub;         // "running", "exited", "auto-restart"
    std::string result;      // "success", "exit-code", "signal", "oom-kill"
    std::string file_state;  // "enabled", "disabled", "static"
    std::string fragment;    // the unit's file
    std::vector<std::string> drop_ins;
    std::string invocation;  // another one for each start
    uint32_t restarts = 0;   // by systemd itself, since somebody last started it
    uint32_t main_pid = 0;
    int32_t exit_code = 0;  // CLD_EXITED and its like
    int32_t exit_status = 0;

    bool operator==(const UnitState&) const = default;
};

}  // namespace sloth
