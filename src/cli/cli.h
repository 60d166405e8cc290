// The command line: words in, an exit code out. Called once, by main; everything it needs comes in
// as arguments, so that tests run whole commands in their own process.
#pragma once

#include <span>
#include <string>

#include "cli/roles.h"
#include "cli/streams.h"

namespace sloth::cli {

// `args` without the program's name. Exit codes are those of `help exit-codes`; errors have been
// said on `streams.err`. Commands that talk to a master ignore SIGPIPE for the process.
int run_cli(std::span<const std::string> args, Streams streams, const Roles& roles);

}  // namespace sloth::cli
