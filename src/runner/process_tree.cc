#include "runner/process_tree.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <sstream>
#include <string>

#include "base/file.h"

namespace sloth {
namespace {

constexpr size_t kMaxList = 8 << 20;

// "pid (name) state ...": the name may hold anything, so the state is behind the last bracket.
bool is_living(pid_t pid) {
    const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
    if (!stat) return false;
    const size_t end = stat->rfind(')');
    return end != std::string::npos && end + 2 < stat->size() && (*stat)[end + 2] != 'Z' &&
           (*stat)[end + 2] != 'X';
}

// Each thread of a process has a list of the children that it made.
void add_children(pid_t pid, std::vector<pid_t>& out) {
    std::error_code error;
    const std::filesystem::path tasks = "/proc/" + std::to_string(pid) + "/task";
    // A process may go while it is looked at.
    for (std::filesystem::directory_iterator task(tasks, error), end; !error && task != end;
         task.increment(error)) {
        const auto list = read_file(task->path() / "children", kMaxList);
        if (!list) continue;
        std::istringstream pids(*list);
        for (pid_t child = 0; pids >> child;) out.push_back(child);
    }
}

std::vector<pid_t> all() {
    std::vector<pid_t> out;
    add_children(::getpid(), out);
    for (size_t i = 0; i < out.size(); ++i) add_children(out[i], out);
    return out;
}

}  // namespace

std::vector<pid_t> descendants() {
    std::vector<pid_t> out = all();
    std::erase_if(out, [](pid_t pid) { return !is_living(pid); });
    return out;
}

void kill_descendants() {
    const std::vector<pid_t> targets = all();
    const rlimit none{0, 0};
    for (const pid_t pid : targets) ::prlimit(pid, RLIMIT_NPROC, &none, nullptr);
    for (const pid_t pid : targets) ::kill(pid, SIGKILL);
}

}  // namespace sloth
