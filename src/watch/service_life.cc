#include "watch/service_life.h"

#include <algorithm>
#include <utility>

namespace sloth {

void ServiceLife::add(std::string_view kind, const UnitState& state) {
    events_.push_back({std::string(kind), memory_.status, state});
}

void ServiceLife::remember(const UnitState& state, std::string_view status) {
    // systemd counts up before the service runs again: what counts is the last time it did.
    const uint32_t restarts =
        status == "active" ? state.restarts : std::min(memory_.restarts, state.restarts);
    memory_ = {std::string(status), state.invocation, restarts};
    stopping_ = Stopping::no;
}

void ServiceLife::settle() {
    if (stopping_ == Stopping::no) return;
    add("stopped", stopped_);
    remember(stopped_, "inactive");
}

void ServiceLife::take(const UnitState& state) {
    if (state.active == "active" || state.active == "reloading" || state.active == "refreshing") {
        take_running(state);
    } else if (state.active == "failed") {
        if (!memory_.status.empty() && memory_.status != "failed") add("failed", state);
        remember(state, "failed");
    } else if (state.active == "inactive") {
        if (stopping_ == Stopping::coming_back) settle();  // it did not come back
        if (memory_.status == "active") {
            if (stopping_ == Stopping::no) stopped_ = state;
            stopping_ = Stopping::maybe;
        } else {
            remember(state, "inactive");  // nothing ran
        }
    } else if (memory_.status.empty()) {  // on its way: it is not there yet, or still
        remember(state, state.active == "activating" ? "inactive" : "active");
    } else if (state.active == "activating" && stopping_ == Stopping::maybe) {
        stopping_ = Stopping::coming_back;
    }
}

// systemd counts its own restarts; one by a person is a stop and a start without a pause. Both are
// another invocation.
void ServiceLife::take_running(const UnitState& state) {
    const bool was_running = memory_.status == "active";
    const bool anew = state.invocation != memory_.invocation && !state.invocation.empty();
    const bool by_systemd = state.restarts > memory_.restarts;
    if (was_running) {
        if (stopping_ != Stopping::no || (anew && !memory_.invocation.empty())) {
            add("restarted", state);
        }
    } else if (!memory_.status.empty()) {
        add(by_systemd ? "restarted" : "started", state);
    }
    remember(state, "active");
}

}  // namespace sloth
