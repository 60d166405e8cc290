// `hook test`, `hook lint` and `hook new`: what a developer does with a hook before it matters.
#pragma once

#include <array>

#include "cli/command.h"

namespace sloth::cli {

Result<int> hook_lint(Session& session, const Arguments& args);
Result<int> hook_new(Session& session, const Arguments& args);
Result<int> hook_test(Session& session, const Arguments& args);

inline constexpr std::array kHookNewFlags{
    Flag{"event", 'e', "TYPE", "", false, "The event type that it wants."},
    Flag{"file", 'f', "FILE", "", false, "Where to write it (default NAME.lua)."},
    Flag{"force", 0, "", "", false, "Replace a file that is there."},
    Flag{"template", 't', "NAME", "basic|command|deploy|scale|slack|webhook", false,
         "What to start from (default basic)."},
};
static_assert(sorted_by_name(kHookNewFlags));
inline constexpr std::array kHookTestFlags{
    Flag{"data", 'd', "JSON|@FILE|-", "", false, "The event's data (default {})."},
    Flag{"dry-run", 'n', "", "", false, "Do nothing outside; tell what would have been done."},
    Flag{"event", 0, "ID|@FILE", "", false, "Take this event: a stored one, or one of a file."},
    Flag{"stack", 's', "STACK", "", false, "The event's stack."},
    Flag{"type", 't', "TYPE", "", false, "The event's type (default: the hook's first)."},
};
static_assert(sorted_by_name(kHookTestFlags));

}  // namespace sloth::cli
