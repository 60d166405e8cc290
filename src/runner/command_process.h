// The supervisor of one command: a small process that the zygote forks, which starts the command in
// a session and (where it can) a cgroup of its own, is told how it ends, and ends all that it has
// started when it is told to, or when the master has gone. Never returns; single-threaded.
//
// It is a subreaper: what the command leaves behind, by however many forks, comes home to it.
#pragma once

#include "base/file.h"
#include "runner/command_group.h"

namespace sloth {

struct CommandPipes {
    Fd control;  // our end: reports out, orders in (command_spec.h)
    Fd spec;     // a memfd with an encoded CommandSpec
    Fd in;
    Fd out;
    Fd err;
};

[[noreturn]] void command_process(CommandPipes pipes, const CommandGroups& groups);

}  // namespace sloth
