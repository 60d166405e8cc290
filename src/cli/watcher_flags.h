// The flags that describe a watcher: one for each field of domain/watcher_fields.h, spelled the
// same but for the dashes, and the words people know from elsewhere. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "cli/agent_choice.h"
#include "cli/command.h"
#include "domain/watcher_spec.h"

namespace sloth::cli {

inline constexpr auto kWatcherFlags = std::to_array<Flag>({
    {"average", 0, "DURATION", "", false, "cpu: smooth over this long."},
    {"check-hash", 0, "", "", false, "file: compare contents (SHA-256), not only size and time."},
    {"command", 0, "TEXT", "", false, "command: what /bin/sh is to run."},
    {"each", 0, "", "", false, "process: every one by itself, not only the first and the last."},
    {"exclude", 0, "GLOB[,GLOB]", "", true, "file: leave these out, folders with all in them."},
    {"expected-exit", 0, "N", "", false, "command: the exit code that is no failure (default 0)."},
    {"fixed", 0, "", "", false, "The pattern is text, not a regular expression."},
    {"follow", 0, "", "", false, "file: follow symlinks."},
    {"for", 0, "DURATION", "", false, "Beyond the threshold (port: closed) for this long."},
    {"host", 0, "HOST", "", false, "port: connect to it there (default: listening here)."},
    {"hysteresis", 0, "N", "", false, "How far back it must be to be over (default: 5 % of it)."},
    {"include", 0, "GLOB[,GLOB]", "", true, "file: only these files of a folder."},
    {"interval", 'i', "DURATION", "", false, "Look this often (default 5s)."},
    {"label", 0, "NAME", "", false, "What to call it: stands for its id, unique on its agent."},
    {"metric", 0, "WORD", "", false, "What is measured; see docs/watchers.md."},
    {"name", 0, "NAME", "", false, "The process, the service or the network interface."},
    {"path", 'p', "PATH", "", false, "The file or folder, the log, or the disk's mount point."},
    {"pattern", 0, "REGEX", "", false, "log, command: what matches; process: its command line."},
    {"pid", 0, "N", "", false, "process: this one."},
    {"port", 0, "N", "", false, "port: 1 to 65535."},
    {"process", 0, "NAME", "", false, "The same as --name."},
    {"protocol", 0, "WORD", "tcp|udp", false, "port: tcp or udp (default tcp)."},
    {"recursive", 0, "", "", false, "file: folders below, too."},
    {"service", 0, "NAME", "", false, "The same as --name."},
    {"stack", 's', "STACK", "", false, "Put on its events."},
    {"threshold", 0, "N", "", false, "For above and below: 80, 80%, 500M, 200ms."},
    {"timeout", 0, "DURATION", "", false, "command, port: give up after this long."},
    {"user", 0, "USER", "", false, "process: only of this user."},
    {"when", 'w', "WORD[,WORD]", "", true, "What to tell: changed, stopped, above and so on."},
});
static_assert(sorted_by_name(kWatcherFlags));

inline constexpr auto kOnlyCreate = std::to_array<Flag>({
    {"type", 't', "TYPE", "command|cpu|directory|disk|file|log|memory|network|port|process|service",
     false, "What to watch."},
});

inline constexpr auto kOnlyUpdate = std::to_array<Flag>({
    {"disable", 0, "", "", false, "Stop watching."},
    {"enable", 0, "", "", false, "Watch again."},
    {"no-check-hash", 0, "", "", false, "Compare only size and time."},
    {"no-each", 0, "", "", false, "Only the first and the last process."},
    {"no-fixed", 0, "", "", false, "The pattern is a regular expression."},
    {"no-follow", 0, "", "", false, "Do not follow symlinks."},
    {"no-recursive", 0, "", "", false, "Not the folders below."},
});

template <size_t a, size_t b>
constexpr std::array<Flag, a + b> merged(const std::array<Flag, a>& one,
                                         const std::array<Flag, b>& other) {
    std::array<Flag, a + b> out{};
    std::ranges::merge(one, other, out.begin(), {}, &Flag::name, &Flag::name);
    return out;
}

inline constexpr auto kWatcherCreateFlags =
    merged(merged(kWatcherFlags, kOnlyCreate), kAgentChoice);
static_assert(sorted_by_name(kWatcherCreateFlags));
inline constexpr auto kWatcherUpdateFlags = merged(kWatcherFlags, kOnlyUpdate);
static_assert(sorted_by_name(kWatcherUpdateFlags));

// Takes over what was typed and validates the whole. The keys of the fields that were named are
// added to `named`.
Result<void> apply_watcher_flags(const Arguments& args, WatcherSpec& spec,
                                 std::vector<std::string>& named);

// "command, cpu, ... or service", and what --when takes for `type` (for all, if it is unknown).
std::string watcher_type_names();
std::string watcher_condition_names(std::string_view type);

}  // namespace sloth::cli
