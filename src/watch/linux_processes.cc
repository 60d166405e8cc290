// The half of LinuxHost that walks /proc. Two small files a process are read, and nothing is kept:
// a name, an owner and a command line may change at any time.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <memory>

#include "watch/linux_host.h"
#include "watch/proc_text.h"

namespace sloth {
namespace {

constexpr size_t kMaxCommand = 4096;  // of a command line; what is longer is cut

struct CloseDir {
    void operator()(DIR* dir) const { ::closedir(dir); }
};

// What one read gives; "" if there is nothing.
template <size_t size>
std::string_view read_once(int folder, const char* path, std::array<char, size>& buffer) {
    const Fd fd(::openat(folder, path, O_RDONLY | O_CLOEXEC));
    const ssize_t got = fd ? ::read(fd.get(), buffer.data(), buffer.size()) : -1;
    return {buffer.data(), got > 0 ? size_t(got) : 0};
}

}  // namespace

std::optional<ProcessReading> LinuxHost::read_process(const char* pid) {
    static const auto kPageSize = uint64_t(::sysconf(_SC_PAGESIZE));
    std::array<char, 32> path{};
    const auto below = [&](const char* name) {
        *fmt::format_to_n(path.data(), path.size() - 1, "{}/{}", pid, name).out = '\0';
        return path.data();
    };
    std::array<char, kMaxCommand> buffer;
    const Fd stat(::openat(proc_.get(), below("stat"), O_RDONLY | O_CLOEXEC));
    const ssize_t got = stat ? ::read(stat.get(), buffer.data(), buffer.size()) : -1;
    if (got <= 0) return {};
    auto process = parse_process({buffer.data(), size_t(got)}, kPageSize);
    if (!process) return {};
    struct stat owner{};
    if (::fstat(stat.get(), &owner) == 0) process->uid = owner.st_uid;
    put_command(read_once(proc_.get(), below("cmdline"), buffer), *process);
    return process;
}

Result<std::vector<ProcessReading>> LinuxHost::processes() {
    const Fd again(::openat(proc_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    std::unique_ptr<DIR, CloseDir> folder(again ? ::fdopendir(::dup(again.get())) : nullptr);
    if (!folder) return fail(Code::failed, "read /proc: {}", errno_text(errno));
    std::vector<ProcessReading> processes;
    while (const dirent* entry = ::readdir(folder.get())) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        if (auto process = read_process(entry->d_name)) processes.push_back(std::move(*process));
    }
    return processes;
}

Result<ProcessReading> LinuxHost::process(int pid) {
    auto process = read_process(std::to_string(pid).c_str());
    if (!process) return fail(Code::not_found, "there is no process {}", pid);
    return std::move(*process);
}

}  // namespace sloth
