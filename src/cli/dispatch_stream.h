// `events dispatch --file`: lines in, ids out, as fast as both ends allow. The command's thread
// reads lines and sends whatever is there (up to 256 events a message); a second one reads the
// answers and prints each id at once. Neither waits for the other.
#pragma once

#include <string>

#include "cli/session.h"

namespace sloth::cli {

// `file` is a path or "-". 0, or 1 if a line was bad or an event was refused. Code::unreachable,
// within two seconds, when the master goes away; the message says how many were accepted.
Result<int> dispatch_stream(Session& session, const std::string& file);

}  // namespace sloth::cli
