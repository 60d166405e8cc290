// Reads what systemd says of a unit out of a D-Bus message. One thread.
#pragma once

#include "watch/sd_bus.h"
#include "watch/unit_state.h"

namespace sloth {

// The message stands before a dictionary of properties (a{sv}): those that matter are put into
// `state`, whichever interface they are of. False if the message is damaged.
bool read_unit_properties(const SdBus& bus, sd_bus_message* message, UnitState& state);

}  // namespace sloth
