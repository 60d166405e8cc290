#include "runner/zygote.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <deque>

#include "lua/worker_page.h"
#include "runner/fd_message.h"
#include "runner/zygote_process.h"

namespace sloth {

// Told while an answer was waited for.
struct Zygote::Deaths {
    std::deque<WorkerDeath> told;
};

Zygote::Zygote(pid_t pid, Fd socket)
    : pid_(pid), socket_(std::move(socket)), deaths_(std::make_unique<Deaths>()) {}

Result<std::unique_ptr<Zygote>> Zygote::start() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(Code::failed, "start the zygote: socketpair: {}", errno_text(errno));
    Fd ours(ends[0]);
    Fd theirs(ends[1]);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) return fail(Code::failed, "start the zygote: fork: {}", errno_text(errno));
    if (pid == 0) {
        ours.reset();
        zygote_process(std::move(theirs), parent);
    }
    return std::unique_ptr<Zygote>(new Zygote(pid, std::move(ours)));
}

Zygote::~Zygote() {
    ::kill(pid_, SIGKILL);  // the kernel ends its workers with it
    ::waitpid(pid_, nullptr, 0);
}

Result<WorkerProcess> Zygote::spawn(const WorkerOptions& options) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(Code::failed, "start a worker: socketpair: {}", errno_text(errno));
    WorkerProcess worker;
    worker.socket = Fd(ends[0]);
    const Fd theirs(ends[1]);
    worker.page = Fd(::memfd_create("worker-page", MFD_CLOEXEC));
    if (!worker.page || ::ftruncate(worker.page.get(), sizeof(WorkerPage)) != 0)
        return fail(Code::failed, "start a worker: memfd: {}", errno_text(errno));

    const ZygoteRequest request{.memory_budget = options.memory_budget};
    const std::array<int, 2> fds{theirs.get(), worker.page.get()};
    SLOTH_TRY_VOID(send_message(socket_.get(), &request, sizeof request, fds));
    for (;;) {
        ZygoteMessage answer;
        SLOTH_TRY(auto got, receive_message(socket_.get(), &answer, sizeof answer, Wait::block));
        switch (answer.kind) {
            case ZygoteMessage::Kind::died:
                deaths_->told.push_back({.pid = answer.pid, .status = answer.value});
                continue;
            case ZygoteMessage::Kind::refused:
                return fail(Code::failed, "start a worker: {}", errno_text(answer.value));
            case ZygoteMessage::Kind::spawned:
                if (got.size() != 1)
                    return fail(Code::failed, "start a worker: no room for its descriptor");
                worker.pid = answer.pid;
                worker.pidfd = std::move(got.front());
                return worker;
        }
    }
}

Result<Fd> Zygote::start_command(const CommandSpec& spec, int in, int out, int err) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(Code::failed, "start a command: socketpair: {}", errno_text(errno));
    Fd ours(ends[0]);
    const Fd theirs(ends[1]);
    const std::string bytes = encode(spec);
    const Fd memory(::memfd_create("command", MFD_CLOEXEC));
    if (!memory || ::write(memory.get(), bytes.data(), bytes.size()) != ssize_t(bytes.size()))
        return fail(Code::failed, "start a command: memfd: {}", errno_text(errno));
    const ZygoteRequest request{.kind = ZygoteRequest::Kind::command};
    const std::array<int, 5> fds{theirs.get(), memory.get(), in, out, err};
    SLOTH_TRY_VOID(send_message(socket_.get(), &request, sizeof request, fds));
    return ours;
}

std::optional<WorkerDeath> Zygote::take_death() {
    if (!deaths_->told.empty()) {
        const WorkerDeath death = deaths_->told.front();
        deaths_->told.pop_front();
        return death;
    }
    ZygoteMessage message;
    const auto got = receive_message(socket_.get(), &message, sizeof message, Wait::never);
    if (!got || message.kind != ZygoteMessage::Kind::died) return std::nullopt;
    return WorkerDeath{.pid = message.pid, .status = message.value};
}

bool Zygote::alive() const {
    siginfo_t ended{};
    // Without reaping: that is the destructor's.
    if (::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) != 0) {
        return errno == EINTR;
    }
    return ended.si_pid == 0;
}

}  // namespace sloth
