// What commands read from files and standard input. Blocking.
#pragma once

#include <string>

#include "cli/session.h"

namespace sloth::cli {

// The value of --data: JSON itself, @FILE, or - for standard input. Code::invalid unless it is a
// JSON object; Code::not_found for a missing file.
Result<std::string> read_data(Session& session, const std::string& given);

// A text file, or - for standard input. Code::not_found, Code::refused.
Result<std::string> read_text(Session& session, const std::string& given);

// An existing regular file as an absolute path (links stay: people edit through them).
Result<std::string> absolute_file(const std::string& given, std::string_view what);

// "#48213" and "48213" are the same event.
std::string event_ref(const std::string& typed);

}  // namespace sloth::cli
