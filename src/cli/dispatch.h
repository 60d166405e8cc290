// `events dispatch`: one event from the command line, or a stream of them from a file.
#pragma once

#include <array>

#include "cli/command.h"

namespace sloth::cli {

inline constexpr std::array kDispatchFlags{
    Flag{"data", 'd', "JSON|@FILE|-", "", false, "The event's data, a JSON object (default {})."},
    Flag{"file", 'f', "FILE|-", "", false, "Send the events of this file, one JSON object a line."},
    Flag{"id", 0, "ID", "", false, "The event's id (default: a new one)."},
    Flag{"key", 'k', "KEY", "", false, "Events of one key run one at a time, in order."},
    Flag{"stack", 's', "STACK", "", false, "The event's stack."},
    Flag{"timeout", 0, "DURATION", "", false, "Wait no longer than this (default 30s)."},
    Flag{"wait", 'w', "", "", false, "Wait for the event's final state and show it."},
};
static_assert(sorted_by_name(kDispatchFlags));

Result<int> dispatch(Session& session, const Arguments& args);

}  // namespace sloth::cli
