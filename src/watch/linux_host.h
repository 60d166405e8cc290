// The Host over /proc, statvfs and netlink. One thread, but for `space`.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "base/file.h"
#include "ports/host.h"
#include "watch/netlink.h"

namespace sloth {

class LinuxHost final : public Host {
 public:
    // Another root than / holds made-up files: what netlink would tell is then read from them.
    explicit LinuxHost(std::string root = "");

    Result<CpuReading> cpu() override;
    Result<MemoryReading> memory() override;
    Result<std::vector<Mount>> mounts() override;
    Result<DiskSpace> space(const std::string& path) override;
    Result<std::vector<ProcessReading>> processes() override;
    Result<ProcessReading> process(int pid) override;
    std::string boot_id() override;
    double ticks_per_second() override;
    Result<uint32_t> user_id(std::string_view name) override;
    Result<std::vector<Listener>> listeners() override;
    Result<std::vector<InterfaceReading>> interfaces() override;

 private:
    // Reads a file below the root as it is now, into memory that is used again.
    Result<std::string_view> text_of(const char* path);
    // A command line as it was read last. It is read anew now and then: a program may change it.
    struct Command {
        uint64_t started = 0;
        std::string name;
        std::string text;
        size_t program = 0;
        uint32_t walk = 0;  // that last met it
        uint32_t read = 0;  // that last read it
    };

    std::optional<ProcessReading> read_process(const char* pid);
    void read_command(const char* pid, ProcessReading& process);
    void put_known_command(const char* pid, ProcessReading& process);
    Result<void> ask_sockets(uint8_t family, uint8_t protocol, std::vector<Listener>& out);

    const std::string root_;
    Fd root_folder_;
    Fd proc_;
    std::string buffer_;
    std::unordered_map<int, Command> commands_;
    uint32_t walks_ = 0;
    std::optional<Netlink> sockets_;
    std::optional<Netlink> links_;
};

}  // namespace sloth
