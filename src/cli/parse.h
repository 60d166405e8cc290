// From words to a command and its arguments. Pure. Errors are Code::invalid, with "did you mean".
#pragma once

#include <span>
#include <string>

#include "cli/command.h"
#include "cli/roles.h"

namespace sloth::cli {

struct Request {
    const Group* group = nullptr;      // null: no command was named
    const Command* command = nullptr;  // null: only a group was named
    Arguments arguments;
    GlobalOptions options;
    bool help = false;
    bool version = false;
};

// `request` is filled as far as it could be read, so that an error can be said in the wished
// format.
Result<void> parse(std::span<const std::string> args, Request& request);

}  // namespace sloth::cli
