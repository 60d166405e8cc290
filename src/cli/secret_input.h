// A secret's value from the one who types it: standard input, or a prompt that shows nothing. Never
// an argument, which every user of the machine could read. Blocking.
#pragma once

#include <string>

#include "cli/session.h"

namespace sloth::cli {

// From a pipe or a file: all of it but one line break at its end (`keep_line_break`: that, too).
// From a terminal: a line, asked for with the echo off.
Result<std::string> read_secret(Session& session, const std::string& name, bool keep_line_break);

}  // namespace sloth::cli
