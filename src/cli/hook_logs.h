// `hook logs`: the runs of one hook.
#pragma once

#include <array>

#include "cli/command.h"

namespace sloth::cli {

inline constexpr std::array kHookLogsFlags{
    Flag{"all", 0, "", "", false, "Interrupted attempts, too."},
    Flag{"error", 0, "", "", false, "Show error messages."},
    Flag{"limit", 'n', "N", "", false, "At most N runs (default 20)."},
    Flag{"only-failed", 0, "", "", false, "Only runs that failed or timed out."},
    Flag{"output", 0, "", "", false, "Show what the runs put out."},
};
static_assert(sorted_by_name(kHookLogsFlags));

Result<int> hook_logs(Session& session, const Arguments& args);

}  // namespace sloth::cli
