// The tables of the groups, one a source file. Sorted by name.
#pragma once

#include <span>

#include "cli/command.h"

namespace sloth::cli {

std::span<const Command> agent_commands();
std::span<const Command> bench_commands();
std::span<const Command> complete_commands();
std::span<const Command> completion_commands();
std::span<const Command> config_commands();
std::span<const Command> event_commands();
std::span<const Command> help_commands();
std::span<const Command> hook_commands();
std::span<const Command> master_commands();
std::span<const Command> secret_commands();
std::span<const Command> state_commands();
std::span<const Command> status_commands();
std::span<const Command> up_commands();
std::span<const Command> version_commands();
std::span<const Command> watcher_commands();

}  // namespace sloth::cli
