#include "runner/command_process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "runner/command_spec.h"
#include "runner/process_tree.h"

namespace sloth {
namespace {

constexpr int kLookAgain = 2;    // ms between two blows at a tree that is being ended
constexpr int kMaxLooks = 2500;  // then it is left: what resists SIGKILL hangs in the kernel
constexpr size_t kMaxSpec = 64 << 20;
constexpr int kFirstFree = 3;

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (std::string& word : words) out.push_back(word.data());
    out.push_back(nullptr);
    return out;
}

Result<CommandSpec> read_spec(const Fd& file) {
    struct stat info{};
    if (::fstat(file.get(), &info) != 0 || info.st_size <= 0 || size_t(info.st_size) > kMaxSpec)
        return fail(Code::failed, "the command did not arrive");
    const auto size = static_cast<size_t>(info.st_size);
    void* bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (bytes == MAP_FAILED) return fail(Code::failed, "no memory for the command");
    auto spec = decode_command({static_cast<const char*>(bytes), size});
    ::munmap(bytes, size);
    return spec;
}

void limit(__rlimit_resource resource, int64_t value) {
    if (value <= 0) return;
    const rlimit bounds{static_cast<rlim_t>(value), static_cast<rlim_t>(value)};
    ::setrlimit(resource, &bounds);
}

Result<void> become(const std::string& user) {
    if (user.empty()) return {};
    const passwd* entry = ::getpwnam(user.c_str());
    if (entry == nullptr) return fail(Code::failed, "there is no user '{}'", user);
    if (entry->pw_uid == ::geteuid() && ::geteuid() != 0) return {};
    if (::initgroups(user.c_str(), entry->pw_gid) != 0 || ::setgid(entry->pw_gid) != 0 ||
        ::setuid(entry->pw_uid) != 0) {
        return fail(Code::failed, "become the user '{}': {} (the service must run as root for it)",
                    user, errno_text(errno));
    }
    return {};
}

// In the command's own process, up to its exec. What it returns is why there was none.
Error turn_into(CommandSpec& spec, const CommandPipes& pipes, const CommandGroup& group) {
    ::setsid();
    group.join();
    std::array<int, 3> ends{pipes.in.get(), pipes.out.get(), pipes.err.get()};
    for (int& end : ends) end = ::fcntl(end, F_DUPFD_CLOEXEC, kFirstFree);  // out of the way of 0-2
    for (int i = 0; i < 3; ++i) ::dup2(ends[size_t(i)], i);
    limit(RLIMIT_CPU, spec.limits.cpu_seconds);
    limit(RLIMIT_CORE, 0);
    if (auto ok = become(spec.user); !ok) return ok.error();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // another user forgets it
    if (!spec.workdir.empty() && ::chdir(spec.workdir.c_str()) != 0)
        return {Code::failed, fmt::format("workdir '{}': {}", spec.workdir, errno_text(errno)), ""};
    for (int number = 1; number < NSIG; ++number) std::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    std::vector<char*> argv = pointers(spec.argv);
    std::vector<char*> environment = pointers(spec.environment);
    // execvpe looks along the PATH of this process: the command's own is the one that counts.
    for (const std::string& variable : spec.environment) {
        if (variable.starts_with("PATH=")) ::setenv("PATH", variable.c_str() + 5, 1);
    }
    limit(RLIMIT_AS, spec.limits.memory);  // of the command: this process may already have more
    ::execvpe(argv[0], argv.data(), environment.data());
    return {Code::failed, fmt::format("cannot start '{}': {}", spec.argv[0], errno_text(errno)),
            ""};
}

class Supervisor {
 public:
    Supervisor(CommandPipes pipes, const CommandGroups& groups)
        : pipes_(std::move(pipes)), groups_(groups) {}

    [[noreturn]] void run() {
        auto spec = read_spec(pipes_.spec);
        if (!spec) give_up(spec.error().message);
        const CommandGroup group(groups_, std::to_string(::getpid()), spec->limits.processes);
        group_ = &group;
        start(*spec);
        watch();
    }

 private:
    void start(CommandSpec& spec) {
        int status_pipe[2];
        if (::pipe2(status_pipe, O_CLOEXEC) != 0) give_up("no pipe");
        const Fd told(status_pipe[0]);
        Fd tell(status_pipe[1]);
        child_ = ::fork();
        if (child_ < 0) give_up(fmt::format("no process: {}", errno_text(errno)));
        if (child_ == 0) {
            const std::string why = turn_into(spec, pipes_, *group_).message;
            [[maybe_unused]] const ssize_t sent = ::write(tell.get(), why.data(), why.size());
            ::_exit(127);
        }
        tell.reset();
        pipes_.in.reset();
        pipes_.out.reset();
        pipes_.err.reset();
        pipes_.spec.reset();
        char why[sizeof(CommandReport::text)] = {};
        ssize_t got = 0;
        do {
            got = ::read(told.get(), why, sizeof why - 1);
        } while (got < 0 && errno == EINTR);
        if (got > 0) {
            ::waitpid(child_, nullptr, 0);
            give_up(why);
        }
    }

    [[noreturn]] void watch() {
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGCHLD);
        const Fd children(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
        std::array<pollfd, 2> polled{pollfd{.fd = pipes_.control.get(), .events = POLLIN},
                                     pollfd{.fd = children.get(), .events = POLLIN}};
        for (;;) {
            ::poll(polled.data(), polled.size(), -1);
            if ((polled[1].revents & POLLIN) != 0) {
                signalfd_siginfo info;
                while (::read(children.get(), &info, sizeof info) > 0) {
                }
                reap();
            }
            if (polled[0].revents != 0) obey();
        }
    }

    void reap() {
        int status = 0;
        for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
            if (pid != child_) continue;
            child_ = 0;
            CommandReport report{.kind = CommandReport::Kind::ended, .value = status};
            report.left = static_cast<uint32_t>(descendants().size());
            send(report);
        }
    }

    void obey() {
        CommandOrder order{};
        const ssize_t got = ::recv(pipes_.control.get(), &order, sizeof order, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (got == sizeof order && order == CommandOrder::detach) ::_exit(0);
        end_all();
        send({.kind = CommandReport::Kind::over});
        leave();
    }

    void end_all() {
        for (int look = 0; look < kMaxLooks; ++look) {
            group_->kill();
            kill_descendants();
            int status = 0;
            pid_t pid = 0;
            while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) {
            }
            if (pid < 0 && errno == ECHILD && descendants().empty()) return;
            ::poll(nullptr, 0, kLookAgain);
        }
    }

    void send(const CommandReport& report) {
        ::send(pipes_.control.get(), &report, sizeof report, MSG_NOSIGNAL);
    }
    [[noreturn]] void give_up(std::string_view why) {
        CommandReport report{.kind = CommandReport::Kind::no_start};
        std::memcpy(report.text, why.data(), std::min(why.size(), sizeof report.text - 1));
        send(report);
        leave();
    }
    // _exit runs no destructors: the group's folder goes here.
    [[noreturn]] void leave() {
        if (group_ != nullptr) group_->remove();
        ::_exit(0);
    }

    CommandPipes pipes_;
    const CommandGroups& groups_;
    const CommandGroup* group_ = nullptr;
    pid_t child_ = 0;  // 0 once it has ended
};

// What else the zygote has open is not for us: its socket would hide its end from the master.
void keep_only(const CommandPipes& pipes) {
    std::array<unsigned, 5> kept{};
    const Fd* all[] = {&pipes.control, &pipes.spec, &pipes.in, &pipes.out, &pipes.err};
    std::ranges::transform(all, kept.begin(), [](const Fd* fd) { return unsigned(fd->get()); });
    std::ranges::sort(kept);
    unsigned from = kFirstFree;
    for (const unsigned fd : kept) {
        if (fd > from) ::close_range(from, fd - 1, 0);
        from = std::max(from, fd + 1);
    }
    ::close_range(from, ~0U, 0);
}

}  // namespace

void command_process(CommandPipes pipes, const CommandGroups& groups) {
    keep_only(pipes);
    ::prctl(PR_SET_NAME, "sloth-command");
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    Supervisor(std::move(pipes), groups).run();
}

}  // namespace sloth
