#include "runner/zygote_process.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <span>
#include <unordered_set>
#include <vector>

#include "crypto/digest.h"
#include "runner/command_process.h"
#include "runner/fd_message.h"
#include "runner/lockdown.h"
#include "runner/worker_main.h"

namespace sloth {
namespace {

sigset_t child_signal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    return set;
}

class ZygoteProcess {
 public:
    explicit ZygoteProcess(const Fd& socket) : socket_(socket) {}

    // False when the master has gone.
    bool serve_request();
    bool report_deaths();

 private:
    bool start_worker(std::vector<Fd> fds, int64_t memory_budget);
    void start_command(std::vector<Fd> fds);

    const Fd& socket_;
    const Lockdown lockdown_ = Lockdown::prepare();
    const CommandGroups groups_ = CommandGroups::find();
    std::unordered_set<pid_t> commands_;  // supervisors; the master hears of them from themselves
};

bool ZygoteProcess::serve_request() {
    ZygoteRequest request;
    auto fds = receive_message(socket_.get(), &request, sizeof request, Wait::block);
    if (!fds) return false;
    if (request.kind == ZygoteRequest::Kind::command) {
        if (fds->size() != 5) return false;
        start_command(std::move(*fds));
        return true;
    }
    return fds->size() == 2 && start_worker(std::move(*fds), request.memory_budget);
}

bool ZygoteProcess::start_worker(std::vector<Fd> fds, int64_t memory_budget) {
    const pid_t self = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != self) ::_exit(1);
        const sigset_t signals = child_signal();
        ::sigprocmask(SIG_UNBLOCK, &signals, nullptr);
        worker_main(std::move(fds[0]), std::move(fds[1]),
                    WorkerOptions{.memory_budget = memory_budget}, lockdown_);
    }
    ZygoteMessage answer{.pid = pid};
    Fd pidfd;
    if (pid > 0) pidfd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!pidfd) {
        answer = {.kind = ZygoteMessage::Kind::refused, .value = errno};
        if (pid > 0) ::kill(pid, SIGKILL);
    }
    const int fd = pidfd.get();
    const std::span<const int> passed(&fd, pidfd ? 1 : 0);
    return send_message(socket_.get(), &answer, sizeof answer, passed).has_value();
}

// Nothing is answered here: a supervisor that cannot be forked is a control socket that closes.
void ZygoteProcess::start_command(std::vector<Fd> fds) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        command_process({.control = std::move(fds[0]),
                         .spec = std::move(fds[1]),
                         .in = std::move(fds[2]),
                         .out = std::move(fds[3]),
                         .err = std::move(fds[4])},
                        groups_);
    }
    if (pid > 0) commands_.insert(pid);
}

// Reaps here and nowhere else, so that a pid cannot be anybody else's before its pidfd is open.
bool ZygoteProcess::report_deaths() {
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
        if (commands_.erase(pid) > 0) continue;
        const ZygoteMessage death{.kind = ZygoteMessage::Kind::died, .pid = pid, .value = status};
        if (!send_message(socket_.get(), &death, sizeof death, {})) return false;
    }
    return true;
}

}  // namespace

void zygote_process(Fd socket, int parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    ::prctl(PR_SET_NAME, "sloth-zygote");
    // A Ctrl-C in the terminal is the master's to answer: it still needs its workers to drain.
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, SIG_IGN);
    std::signal(SIGHUP, SIG_IGN);

    const sigset_t signals = child_signal();
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    const Fd children(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!children) ::_exit(1);
    crypto::warm_up();  // once for all workers
    ZygoteProcess process(socket);

    std::array<pollfd, 2> polled{pollfd{.fd = socket.get(), .events = POLLIN},
                                 pollfd{.fd = children.get(), .events = POLLIN}};
    for (;;) {
        if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) ::_exit(1);
        if ((polled[1].revents & POLLIN) != 0) {
            signalfd_siginfo info;
            while (::read(children.get(), &info, sizeof info) > 0) {
            }
            if (!process.report_deaths()) ::_exit(0);
        }
        if (polled[0].revents != 0 && !process.serve_request()) ::_exit(0);
    }
}

}  // namespace sloth
