// What watchers ask the machine that they run on: readings, as the kernel gives them. Used by the
// agent's thread; only `space` may be called by any thread. Real: watch/linux_host.h; fake:
// tests/fakes/fake_host.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sloth {

// Counted since the machine started; only differences mean anything.
struct CpuTimes {
    uint64_t busy = 0;
    uint64_t total = 0;
};

struct CpuReading {
    CpuTimes all;
    std::vector<std::pair<int, CpuTimes>> cores;  // by number; a core may be switched off
    double load_1min = 0;
    double load_5min = 0;
    double load_15min = 0;
};

struct MemoryReading {  // bytes
    uint64_t total = 0;
    uint64_t available = 0;
    uint64_t swap_total = 0;
    uint64_t swap_free = 0;
    // Percent of the last ten seconds in which something waited for memory; nothing where the
    // kernel does not say.
    std::optional<double> pressure;
};

struct Mount {
    std::string point;
    std::string type;  // of the file system
    std::string source;
};

struct DiskSpace {  // bytes
    uint64_t total = 0;
    uint64_t used = 0;
    uint64_t available = 0;  // to users other than root
    uint64_t inodes = 0;     // 0: the file system has no fixed number
    uint64_t inodes_free = 0;
};

struct ProcessReading {
    int pid = 0;
    int parent = 0;
    uint32_t uid = 0;
    uint64_t started = 0;  // clock ticks since the machine started: with the pid, an identity
    uint64_t cpu = 0;      // clock ticks used
    uint64_t rss = 0;      // bytes
    std::string name;      // as the kernel knows it: at most 15 bytes
    std::string command;   // the command line, blanks between the arguments
    size_t program = 0;    // how much of `command` is the first argument
};

struct Listener {
    bool udp = false;
    bool v6 = false;
    uint16_t port = 0;
    std::string address;  // as text

    bool operator==(const Listener&) const = default;
};

struct InterfaceReading {
    std::string name;
    bool up = false;  // switched on and connected
    uint64_t received = 0;
    uint64_t sent = 0;
    uint64_t errors = 0;  // errors and drops, both ways
};

class Host {
 public:
    virtual ~Host() = default;

    virtual Result<CpuReading> cpu() = 0;
    virtual Result<MemoryReading> memory() = 0;

    // File systems with room of their own: no /proc and its like.
    virtual Result<std::vector<Mount>> mounts() = 0;
    // Hangs as long as a network file system does. Code::not_found.
    virtual Result<DiskSpace> space(const std::string& path) = 0;

    // All but the dead ones that nobody has asked about, in any order.
    virtual Result<std::vector<ProcessReading>> processes() = 0;
    virtual Result<ProcessReading> process(int pid) = 0;  // Code::not_found
    virtual std::string boot_id() = 0;  // pids and ticks mean something within one only
    virtual double ticks_per_second() = 0;
    // Code::not_found for a name that is not in /etc/passwd.
    virtual Result<uint32_t> user_id(std::string_view name) = 0;

    virtual Result<std::vector<Listener>> listeners() = 0;
    virtual Result<std::vector<InterfaceReading>> interfaces() = 0;
};

}  // namespace sloth
