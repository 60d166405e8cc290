// The kernel's text files under /proc as values. Pure: nothing is read here, so that every form
// that a kernel writes can be tested on any machine. Code::failed for text that is not what it
// should be.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ports/host.h"

namespace sloth {

Result<CpuReading> parse_cpu(std::string_view stat, std::string_view loadavg);
Result<MemoryReading> parse_memory(std::string_view meminfo);
// "some avg10" of /proc/pressure/memory.
std::optional<double> parse_pressure(std::string_view text);

// /proc/self/mountinfo: one entry for each file system, the first place where it is mounted.
std::vector<Mount> parse_mounts(std::string_view mountinfo);

// /proc/<pid>/stat, without what stands in other files. Nothing for a process that is dead already.
std::optional<ProcessReading> parse_process(std::string_view stat, uint64_t page_size);
// /proc/<pid>/cmdline: arguments, each ended by a zero byte.
void put_command(std::string_view cmdline, ProcessReading& process);

// /proc/net/tcp and its like: the sockets that wait for somebody.
void parse_listeners(std::string_view table, bool udp, bool v6, std::vector<Listener>& out);

// The number of a user in /etc/passwd.
std::optional<uint32_t> parse_user_id(std::string_view passwd, std::string_view name);

}  // namespace sloth
