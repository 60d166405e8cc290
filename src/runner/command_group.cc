#include "runner/command_group.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <sstream>

#include "base/file.h"

namespace sloth {
namespace {

constexpr std::string_view kPrefix = "sloth-command-";
constexpr size_t kMaxText = 8 << 20;

std::string text_of(const std::string& path) { return read_file(path, kMaxText).value_or(""); }

bool put(const std::string& path, std::string_view text) {
    const Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return file && ::write(file.get(), text.data(), text.size()) == ssize_t(text.size());
}

// Of the hierarchy with this controller ("" is v2): "/system.slice/x.service".
std::string own_path(std::string_view controller) {
    std::istringstream lines(text_of("/proc/self/cgroup"));
    for (std::string line; std::getline(lines, line);) {
        const size_t first = line.find(':');
        const size_t second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const std::string names = "," + line.substr(first + 1, second - first - 1) + ",";
        const bool ours = controller.empty() ? names == ",," && line.starts_with("0:")
                                             : names.contains("," + std::string(controller) + ",");
        if (ours) return line.substr(second + 1);
    }
    return "";
}

// The folder of our own cgroup in a hierarchy; "" if it is not mounted, or hidden from us.
std::string own_folder(std::string_view type, std::string_view controller) {
    std::istringstream lines(text_of("/proc/self/mountinfo"));
    const std::string path = own_path(controller);
    for (std::string line; !path.empty() && std::getline(lines, line);) {
        const size_t dash = line.find(" - ");
        if (dash == std::string::npos) continue;
        std::istringstream left(line.substr(0, dash));
        std::istringstream right(line.substr(dash + 3));
        std::string skip, root, point, fs, source, options;
        left >> skip >> skip >> skip >> root >> point;
        right >> fs >> source >> options;
        const std::string padded = "," + options + ",";
        if (fs != type) continue;
        if (!controller.empty() && !padded.contains("," + std::string(controller) + ",")) continue;
        if (root == "/") return point + (path == "/" ? "" : path);
        if (path.starts_with(root)) return point + path.substr(root.size());
    }
    return "";
}

void remove_empty_groups(const std::string& folder) {
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(kPrefix)) ::rmdir(entry->path().c_str());
    }
}

// The folder if groups can be made in it and the kernel can do with them what we want.
std::string usable(const std::string& folder, const char* wanted) {
    if (folder.empty()) return "";
    remove_empty_groups(folder);
    const std::string trial = folder + "/" + std::string(kPrefix) + std::to_string(::getpid());
    if (::mkdir(trial.c_str(), 0755) != 0) return "";
    const bool fits = ::access((trial + "/" + wanted).c_str(), W_OK) == 0;
    ::rmdir(trial.c_str());
    return fits ? folder : "";
}

std::string make_group(const std::string& folder, std::string_view name) {
    if (folder.empty()) return "";
    std::string group = folder + "/" + std::string(kPrefix) + std::string(name);
    return ::mkdir(group.c_str(), 0755) == 0 ? group : "";
}

void kill_members(const std::string& group) {
    std::istringstream pids(text_of(group + "/cgroup.procs"));
    for (pid_t pid = 0; pids >> pid;) {
        if (pid > 0) ::kill(pid, SIGKILL);
    }
}

}  // namespace

CommandGroups CommandGroups::find() {
    CommandGroups out;
    out.unified = usable(own_folder("cgroup2", ""), "cgroup.kill");
    // Bounds on processes, for v2: only where nothing forbids it (no processes beside the groups).
    if (!out.unified.empty()) put(out.unified + "/cgroup.subtree_control", "+pids");
    out.pids = usable(own_folder("cgroup", "pids"), "pids.max");
    return out;
}

CommandGroup::CommandGroup(const CommandGroups& groups, std::string_view name, uint32_t processes)
    : unified_(make_group(groups.unified, name)), pids_(make_group(groups.pids, name)) {
    if (processes == 0) return;
    for (const std::string& group : {unified_, pids_}) {
        if (!group.empty()) put(group + "/pids.max", std::to_string(processes));
    }
}

void CommandGroup::remove() const {
    for (const std::string& group : {unified_, pids_}) {
        if (!group.empty()) ::rmdir(group.c_str());
    }
}

void CommandGroup::join() const {
    for (const std::string& group : {unified_, pids_}) {
        if (!group.empty()) put(group + "/cgroup.procs", "0");
    }
}

void CommandGroup::kill() const {
    if (!unified_.empty()) put(unified_ + "/cgroup.kill", "1");
    if (!pids_.empty()) kill_members(pids_);
}

}  // namespace sloth
