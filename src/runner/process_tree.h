// Every process below this one: counted, and ended, whatever sessions and groups they have made for
// themselves. Works for a process that is a subreaper (PR_SET_CHILD_SUBREAPER), to which orphans
// come home. Linux with /proc; one thread.
#pragma once

#include <sys/types.h>

#include <vector>

namespace sloth {

// The living ones (not zombies), in no order.
std::vector<pid_t> descendants();

// One blow at all of them, so that the living become fewer even if they fork: no new processes for
// those that the system lets us limit, then SIGKILL. Call again until descendants() is empty.
void kill_descendants();

}  // namespace sloth
