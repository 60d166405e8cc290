#include "watch/linux_host.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "watch/proc_text.h"

namespace sloth {
namespace {

constexpr size_t kFirstBuffer = 16 << 10;

}  // namespace

LinuxHost::LinuxHost(std::string root)
    : root_(std::move(root)),
      root_folder_(::open((root_ + "/").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)),
      proc_(::open((root_ + "/proc").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
      buffer_(kFirstBuffer, '\0') {}

Result<std::string_view> LinuxHost::text_of(const char* path) {
    const Fd fd(::openat(root_folder_.get(), path, O_RDONLY | O_CLOEXEC));
    if (!fd) {
        const Code code = errno == ENOENT ? Code::not_found : Code::failed;
        return fail(code, "read '/{}': {}", path, errno_text(errno));
    }
    size_t used = 0;
    while (true) {
        if (used == buffer_.size()) buffer_.resize(used * 2);
        const ssize_t got = ::read(fd.get(), buffer_.data() + used, buffer_.size() - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(Code::failed, "read '/{}': {}", path, errno_text(errno));
        if (got == 0) return std::string_view(buffer_.data(), used);
        used += size_t(got);
    }
}

Result<CpuReading> LinuxHost::cpu() {
    SLOTH_TRY(const std::string_view load_text, text_of("proc/loadavg"));
    const std::string load(load_text);
    SLOTH_TRY(const std::string_view stat, text_of("proc/stat"));
    return parse_cpu(stat, load);
}

Result<MemoryReading> LinuxHost::memory() {
    SLOTH_TRY(const std::string_view text, text_of("proc/meminfo"));
    SLOTH_TRY(MemoryReading reading, parse_memory(text));
    const auto pressure = text_of("proc/pressure/memory");
    if (pressure) reading.pressure = parse_pressure(*pressure);
    return reading;
}

Result<std::vector<Mount>> LinuxHost::mounts() {
    SLOTH_TRY(const std::string_view text, text_of("proc/self/mountinfo"));
    return parse_mounts(text);
}

Result<DiskSpace> LinuxHost::space(const std::string& path) {
    struct statvfs info{};
    if (::statvfs(path.c_str(), &info) != 0) {
        const Code code = errno == ENOENT || errno == ENOTDIR ? Code::not_found
                          : errno == EACCES                   ? Code::refused
                                                              : Code::failed;
        return fail(code, "measure the disk at '{}': {}", path, errno_text(errno));
    }
    const uint64_t block = info.f_frsize;
    return DiskSpace{.total = info.f_blocks * block,
                     .used = (info.f_blocks - info.f_bfree) * block,
                     .available = info.f_bavail * block,
                     .inodes = info.f_files,
                     .inodes_free = info.f_ffree};
}

std::string LinuxHost::boot_id() {
    const auto text = text_of("proc/sys/kernel/random/boot_id");
    return text ? std::string(text->substr(0, text->find('\n'))) : std::string();
}

double LinuxHost::ticks_per_second() { return double(::sysconf(_SC_CLK_TCK)); }

Result<uint32_t> LinuxHost::user_id(std::string_view name) {
    SLOTH_TRY(const std::string_view text, text_of("etc/passwd"));
    if (const auto id = parse_user_id(text, name)) return *id;
    return fail_with({Code::not_found, fmt::format("there is no user '{}' in /etc/passwd", name),
                      "give the number of a user that is known elsewhere (`id -u NAME`)"});
}

}  // namespace sloth
