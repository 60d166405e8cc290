// The half of LinuxHost that walks /proc. One small file a process is read; its command line, which
// hardly ever changes, is read once and then now and then.
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

constexpr size_t kMaxCommand = 4096;   // of a command line; what is longer is cut
constexpr uint32_t kCommandWalks = 8;  // it is read anew after so many, and at most twice as many

struct CloseDir {
    void operator()(DIR* dir) const { ::closedir(dir); }
};

// "<pid>/<name>", below /proc.
class Path {
 public:
    Path(const char* pid, const char* name) {
        *fmt::format_to_n(text_.data(), text_.size() - 1, "{}/{}", pid, name).out = '\0';
    }
    const char* c_str() const { return text_.data(); }

 private:
    std::array<char, 32> text_;
};

}  // namespace

std::optional<ProcessReading> LinuxHost::read_process(const char* pid) {
    static const auto kPageSize = uint64_t(::sysconf(_SC_PAGESIZE));
    std::array<char, 1024> buffer;
    const Fd stat(::openat(proc_.get(), Path(pid, "stat").c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t got = stat ? ::read(stat.get(), buffer.data(), buffer.size()) : -1;
    if (got <= 0) return {};
    auto process = parse_process({buffer.data(), size_t(got)}, kPageSize);
    if (!process) return {};
    struct stat owner{};
    if (::fstat(stat.get(), &owner) == 0) process->uid = owner.st_uid;
    return process;
}

void LinuxHost::read_command(const char* pid, ProcessReading& process) {
    std::array<char, kMaxCommand> buffer;
    const Fd fd(::openat(proc_.get(), Path(pid, "cmdline").c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t got = fd ? ::read(fd.get(), buffer.data(), buffer.size()) : -1;
    put_command({buffer.data(), got > 0 ? size_t(got) : 0}, process);
}

void LinuxHost::put_known_command(const char* pid, ProcessReading& process) {
    Command& known = commands_[process.pid];
    const bool same = known.started == process.started && known.name == process.name;
    // Not all of them in the same walk.
    const uint32_t age = walks_ - known.read;
    if (same && age < kCommandWalks + uint32_t(process.pid) % kCommandWalks) {
        process.command = known.text;
        process.program = known.program;
        known.walk = walks_;
        return;
    }
    read_command(pid, process);
    known = {process.started, process.name, process.command, process.program, walks_, walks_};
}

Result<std::vector<ProcessReading>> LinuxHost::processes() {
    const int again = ::openat(proc_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, CloseDir> folder(again >= 0 ? ::fdopendir(again) : nullptr);
    if (!folder) return fail(Code::failed, "read /proc: {}", errno_text(errno));
    std::vector<ProcessReading> processes;
    processes.reserve(commands_.size() + 16);
    ++walks_;
    while (const dirent* entry = ::readdir(folder.get())) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        auto process = read_process(entry->d_name);
        if (!process) continue;
        put_known_command(entry->d_name, *process);
        processes.push_back(std::move(*process));
    }
    std::erase_if(commands_, [&](const auto& known) { return known.second.walk != walks_; });
    return processes;
}

Result<ProcessReading> LinuxHost::process(int pid) {
    const std::string name = std::to_string(pid);
    auto process = read_process(name.c_str());
    if (!process) return fail(Code::not_found, "there is no process {}", pid);
    read_command(name.c_str(), *process);
    return std::move(*process);
}

}  // namespace sloth
