// What --help and `help` print, made from the tables of commands. Pure.
#pragma once

#include <string>

#include "cli/command.h"

namespace sloth::cli {

std::string help_overview();
std::string help_group(const Group& group);
std::string help_command(const Group& group, const Command& command);

}  // namespace sloth::cli
