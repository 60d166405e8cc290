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

#include "crypto/digest.h"
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

// The master asked for a worker. False when the master has gone.
bool serve_request(const Fd& socket, const Lockdown& lockdown) {
    SpawnMessage request;
    auto fds = receive_message(socket.get(), &request, sizeof request, Wait::block);
    if (!fds || fds->size() != 2) return false;

    const pid_t self = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != self) ::_exit(1);
        const sigset_t signals = child_signal();
        ::sigprocmask(SIG_UNBLOCK, &signals, nullptr);
        worker_main(std::move((*fds)[0]), std::move((*fds)[1]),
                    WorkerOptions{.memory_budget = request.memory_budget}, lockdown);
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
    return send_message(socket.get(), &answer, sizeof answer, passed).has_value();
}

// Reaps here and nowhere else, so that a pid cannot be anybody else's before its pidfd is open.
bool report_deaths(const Fd& socket) {
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
        const ZygoteMessage death{.kind = ZygoteMessage::Kind::died, .pid = pid, .value = status};
        if (!send_message(socket.get(), &death, sizeof death, {})) return false;
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
    const Lockdown lockdown = Lockdown::prepare();
    crypto::warm_up();  // once for all workers

    std::array<pollfd, 2> polled{pollfd{.fd = socket.get(), .events = POLLIN},
                                 pollfd{.fd = children.get(), .events = POLLIN}};
    for (;;) {
        if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) ::_exit(1);
        if ((polled[1].revents & POLLIN) != 0) {
            signalfd_siginfo info;
            while (::read(children.get(), &info, sizeof info) > 0) {
            }
            if (!report_deaths(socket)) ::_exit(0);
        }
        if (polled[0].revents != 0 && !serve_request(socket, lockdown)) ::_exit(0);
    }
}

}  // namespace sloth
