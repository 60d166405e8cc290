// The Host over /proc, statvfs and netlink. One thread, but for `space`.
#pragma once

#include <optional>
#include <string>

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
    std::optional<ProcessReading> read_process(const char* pid);
    Result<void> ask_sockets(uint8_t family, uint8_t protocol, std::vector<Listener>& out);

    const std::string root_;
    Fd root_folder_;
    Fd proc_;
    std::string buffer_;
    std::optional<Netlink> sockets_;
    std::optional<Netlink> links_;
};

}  // namespace sloth
