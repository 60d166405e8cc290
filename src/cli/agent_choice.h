// Which agents a command is about: the one that is named, all with a tag, or all.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/session.h"

namespace sloth::cli {

inline constexpr auto kAgentChoice = std::to_array<Flag>({
    {"all-agents", 0, "", "", false, "Every agent that the master knows."},
    {"tag", 0, "TAG", "", false, "Every agent with this tag."},
});
static_assert(sorted_by_name(kAgentChoice));

// Names, sorted; at least one. Code::invalid unless it is said in exactly one way,
// Code::not_found where nothing has the tag.
Result<std::vector<std::string>> chosen_agents(Session& session, const Arguments& args);

// Whether the answer is about several, whatever their number is today.
bool chooses_many(const Arguments& args);

}  // namespace sloth::cli
