// `agent watcher apply`: brings agents to what a file says, after it has shown what that means.
#pragma once

#include <array>

#include "cli/agent_choice.h"
#include "cli/command.h"

namespace sloth::cli {

inline constexpr auto kWatcherApplyFlags = std::to_array<Flag>({
    {"all-agents", 0, "", "", false, "Every agent that the master knows."},
    {"dry-run", 0, "", "", false, "Only show what would be done."},
    {"file", 'f', "FILE", "", false, "The watchers, as YAML or JSON; - is standard input."},
    {"prune", 0, "", "", false, "Delete the watchers that are not in the file."},
    {"tag", 0, "TAG", "", false, "Every agent with this tag."},
});
static_assert(sorted_by_name(kWatcherApplyFlags));

// 0 when all is as the file says (or would be, with --dry-run); what an agent refuses is said, the
// rest is done, and the exit code is 1.
Result<int> apply_watchers(Session& session, const Arguments& args);

}  // namespace sloth::cli
