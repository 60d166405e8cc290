// A command that a hook starts, as the zygote gets it: what to run, as whom, within which limits.
// Values; they travel as bytes in a memfd, since arguments may be megabytes long.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sloth {

// 0 is no limit of ours.
struct CommandLimits {
    uint32_t processes = 0;   // of the whole tree; where a cgroup can be had
    int64_t memory = 0;       // bytes of address space of each process
    int64_t cpu_seconds = 0;  // of each process

    bool operator==(const CommandLimits&) const = default;
};

struct CommandSpec {
    std::vector<std::string> argv;         // argv[0] is a path, or looked up in the command's PATH
    std::vector<std::string> environment;  // "NAME=value"
    std::string workdir;                   // "" is the service's
    std::string user;                      // "" is the service's
    CommandLimits limits;

    bool operator==(const CommandSpec&) const = default;
};

std::string encode(const CommandSpec& spec);
// Code::invalid for bytes that are none.
Result<CommandSpec> decode_command(std::string_view bytes);

// What the supervisor of a command says of it, over its control socket.
struct CommandReport {
    enum class Kind : uint32_t {
        ended,     // value: the wait status; left: processes of its tree that are still there
        no_start,  // text: why
        over,      // after `end`: nothing of the tree is left
    };
    Kind kind = Kind::ended;
    int32_t value = 0;
    uint32_t left = 0;
    char text[256] = {};
};

// What it is told. A closed socket is `end`: the one who wanted it has gone.
enum class CommandOrder : uint8_t {
    end = 1,     // end the whole tree now
    detach = 2,  // leave what is there, and go
};

}  // namespace sloth
