// What one look costs: ninja watch_bench && ./watch_bench. 500 processes are started for it. Not
// part of the default build or the tests.
#include <fmt/core.h>
#include <malloc.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ctime>
#include <memory>
#include <vector>

#include "base/json.h"
#include "watch/kernel_notifier.h"
#include "watch/linux_host.h"
#include "watch/watchers.h"

namespace sloth {
namespace {

constexpr int kProcesses = 500;
constexpr int kWatchers = 100;
constexpr int kRounds = 50;

// Of this thread's work: what the neighbours do does not count.
struct Clock {
    using time_point = double;
    static double now() {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return double(time.tv_sec) * 1e6 + double(time.tv_nsec) / 1e3;
    }
};

double micros_since(Clock::time_point begin) { return Clock::now() - begin; }

class Processes {
 public:
    Processes() {
        for (int i = 0; i < kProcesses; ++i) {
            const pid_t pid = ::fork();
            if (pid == 0) {
                ::execl("/bin/sleep", "sleep", "1000", nullptr);
                ::_exit(127);
            }
            pids_.push_back(pid);
        }
    }
    ~Processes() {
        for (const pid_t pid : pids_) ::kill(pid, SIGKILL);
        for (const pid_t pid : pids_) ::waitpid(pid, nullptr, 0);
    }

 private:
    std::vector<pid_t> pids_;
};

// Microseconds of one look, with `count` watchers that share a reading in a pass.
double look(const Json& fields, int count) {
    KernelNotifier notifier;
    Machine machine(std::make_shared<LinuxHost>(), notifier);
    std::vector<std::unique_ptr<Watcher>> watchers;
    for (int i = 0; i < count; ++i) {
        Json own = fields;
        own["id"] = fmt::format("watcher-{}", i);
        const auto spec = parse_watcher_spec(dump_json(own));
        if (!spec) fmt::print("{}\n", spec.error().message);
        watchers.push_back(*make_watcher(*spec, {}, {notifier, machine, "bench", uint64_t(i + 1)}));
    }
    const auto pass = [&](MonoTime now) {
        for (const auto& watcher : watchers) {
            (void)watcher->check(now);
            watcher->accept();
        }
    };
    MonoTime now{std::chrono::hours(1)};
    pass(now);
    const auto begin = Clock::now();
    for (int i = 0; i < kRounds; ++i) pass(now += 10s);
    return micros_since(begin) / kRounds / count;
}

// Bytes of the heap that one watcher of many keeps, with what the notifier keeps for it.
size_t memory(const Json& fields, int count) {
    KernelNotifier notifier;
    Machine machine(std::make_shared<LinuxHost>(), notifier);
    std::vector<std::unique_ptr<Watcher>> watchers;
    watchers.reserve(size_t(count));
    const size_t before = ::mallinfo2().uordblks;
    for (int i = 0; i < count; ++i) {
        Json own = fields;
        own["id"] = fmt::format("watcher-01a21442-451f-7001-a260-{:012}", i);
        if (own["type"] == "file") own["path"] = fmt::format("/tmp/some/folder/file-{}.conf", i);
        const auto spec = parse_watcher_spec(dump_json(own));
        watchers.push_back(*make_watcher(*spec, {}, {notifier, machine, "bench", uint64_t(i + 1)}));
        (void)watchers.back()->check(MonoTime(std::chrono::hours(1)));
        watchers.back()->accept();
    }
    return (::mallinfo2().uordblks - before) / size_t(count);
}

void run() {
    fmt::print("memory of a file watcher: {} bytes; of its spec: {} bytes\n",
               memory({{"type", "file"}, {"conditions", {"modified", "deleted"}}}, 1000),
               sizeof(WatcherSpec));
    fmt::print("memory of a port watcher: {} bytes\n",
               memory({{"type", "port"}, {"port", 80}, {"conditions", {"closed"}}}, 1000));
    fmt::print("memory of a process watcher: {} bytes\n",
               memory({{"type", "process"}, {"name", "x"}, {"conditions", {"stopped"}}}, 1000));
    const Processes processes;
    LinuxHost host;
    (void)host.processes();
    auto begin = Clock::now();
    size_t found = 0;
    for (int i = 0; i < kRounds; ++i) found = host.processes()->size();
    fmt::print("a walk through {} processes: {:.2f} ms\n", found,
               micros_since(begin) / kRounds / 1000);
    begin = Clock::now();
    for (int i = 0; i < kRounds; ++i) found = host.listeners()->size();
    fmt::print("a reading of {} listening sockets: {:.3f} ms\n", found,
               micros_since(begin) / kRounds / 1000);
    const Json above{{"conditions", {"above"}}, {"threshold", 90}, {"interval", "10s"}};
    const auto print = [&](std::string_view what, Json fields) {
        Json all = above;
        all.update(fields);
        fmt::print("a look of a {} watcher: {:.1f} us alone, {:.1f} us as one of {}\n", what,
                   look(all, 1), look(all, kWatchers), kWatchers);
    };
    print("cpu", {{"type", "cpu"}});
    print("memory", {{"type", "memory"}});
    print("process", {{"type", "process"},
                      {"name", "sleep"},
                      {"conditions", {"stopped"}},
                      {"threshold", nullptr}});
    print("process (cpu)", {{"type", "process"}, {"name", "nothing"}});
    print("port",
          {{"type", "port"}, {"port", 22}, {"conditions", {"closed"}}, {"threshold", nullptr}});
    print("network",
          {{"type", "network"}, {"name", "lo"}, {"conditions", {"down"}}, {"threshold", nullptr}});
    print("file", {{"type", "file"},
                   {"path", "/etc/hosts"},
                   {"conditions", {"modified"}},
                   {"threshold", nullptr}});
}

}  // namespace
}  // namespace sloth

int main() { sloth::run(); }
