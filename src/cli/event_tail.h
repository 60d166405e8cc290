// `events tail`: the newest events, and those to come.
#pragma once

#include <array>

#include "cli/command.h"

namespace sloth::cli {

inline constexpr std::array kTailFlags{
    Flag{"follow", 'f', "", "", false, "Go on with those that come."},
    Flag{"limit", 'n', "N", "", false, "First the N newest (default 10)."},
    Flag{"type", 't', "TYPE", "", false, "Only this type, or a glob like 'task.*'."},
};
static_assert(sorted_by_name(kTailFlags));

Result<int> tail(Session& session, const Arguments& args);

}  // namespace sloth::cli
