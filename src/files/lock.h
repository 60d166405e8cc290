// The lock that a file is changed under. It is on the file itself (flock), so it holds between the
// threads of this process and between processes. A changed file takes the place of the old one: who
// waited for the old one's lock then finds it gone and waits for the new one's. Nobody who keeps to
// this can lose what another has written.
//
// Blocking, but not for ever: a lock that nobody gives back is Code::timed_out. Any thread.
#pragma once

#include <stop_token>

#include "files/place.h"

namespace sloth::files {

// The locked file, open as `access` says and at its place at this moment; an empty Fd if there is
// none. The lock goes with the descriptor.
Result<Fd> lock_file(const Place& place, Access access, const std::stop_token& stop);

}  // namespace sloth::files
