#include "watch/shell_command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>

extern char** environ;

namespace sloth {
namespace {

constexpr int kReadsPerStep = 64;  // what prints for ever must not hold up the others

struct Pipe {
    Fd reading;
    Fd writing;
};

Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return fail(Code::exhausted, "make a pipe: {}", errno_text(errno));
    }
    Pipe pipe{Fd(ends[0]), Fd(ends[1])};
    ::fcntl(pipe.reading.get(), F_SETFL, O_NONBLOCK);
    return pipe;
}

// With nothing of ours but the two pipes, with the signals as a shell expects them.
Result<pid_t> spawn(const std::string& command, const Pipe& output, const Pipe& errors) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, output.writing.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, errors.writing.get(), STDERR_FILENO);
    ::posix_spawn_file_actions_addchdir_np(&actions, "/");
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::string text = command;
    std::string shell = "sh";
    std::string option = "-c";
    std::array<char*, 4> arguments{shell.data(), option.data(), text.data(), nullptr};
    pid_t pid = -1;
    const int problem =
        ::posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (problem != 0) return fail(Code::exhausted, "start /bin/sh: {}", errno_text(problem));
    return pid;
}

}  // namespace

void Reaper::adopt(pid_t pid) {
    pids_.push_back(pid);
    reap();
}

void Reaper::reap() {
    std::erase_if(pids_, [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; });
}

Result<std::unique_ptr<ShellCommand>> ShellCommand::start(const std::string& command,
                                                          Notifier& notifier, uint64_t owner,
                                                          Reaper& reaper, Micros timeout,
                                                          MonoTime now) {
    reaper.reap();
    SLOTH_TRY(Pipe output, make_pipe());
    SLOTH_TRY(Pipe errors, make_pipe());
    SLOTH_TRY(const pid_t pid, spawn(command, output, errors));
    std::unique_ptr<ShellCommand> self(new ShellCommand(notifier, reaper));
    self->pid_ = pid;
    self->begun_ = now;
    self->deadline_ = now + timeout;
    self->pidfd_ = Fd(int(::syscall(SYS_pidfd_open, pid, 0)));
    self->output_ = std::move(output.reading);
    self->errors_ = std::move(errors.reading);
    for (const Fd* fd : {&self->pidfd_, &self->output_, &self->errors_}) {
        SLOTH_TRY_VOID(notifier.attach(fd->get(), POLLIN, owner));
    }
    return self;
}

ShellCommand::~ShellCommand() {
    close(output_);
    close(errors_);
    close(pidfd_);
    if (pid_ < 0) return;
    ::kill(-pid_, SIGKILL);
    reaper_.adopt(pid_);
}

void ShellCommand::close(Fd& fd) {
    if (!fd) return;
    notifier_.detach(fd.get());
    fd.reset();
}

std::optional<ShellCommand::Outcome> ShellCommand::step(MonoTime now) {
    // Whether it has ended is asked first: what it wrote before is then there to be read.
    int status = 0;
    const bool ended = ::waitpid(pid_, &status, WNOHANG) == pid_;
    read(output_, outcome_.output, kMaxOutput, /*hashed=*/true);
    read(errors_, outcome_.errors, kMaxErrors, /*hashed=*/false);
    if (!ended && now < deadline_) return {};
    // Also those that it left behind.
    ::kill(-pid_, SIGKILL);
    if (!ended) {
        reaper_.adopt(pid_);
        status = SIGKILL;
    }
    pid_ = -1;
    outcome_.status = status;
    outcome_.timed_out = !ended;
    outcome_.duration = std::chrono::floor<Micros>(now - begun_);
    outcome_.output_hash = hash_.hex();
    return std::move(outcome_);
}

void ShellCommand::read(Fd& from, std::string& into, size_t most, bool hashed) {
    std::array<char, 16 << 10> buffer;
    for (int i = 0; from && i < kReadsPerStep; ++i) {
        const ssize_t got = ::read(from.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) {
            close(from);
            return;
        }
        const std::string_view text(buffer.data(), size_t(got));
        if (hashed) hash_.add(text);
        const size_t room = most - into.size();
        into += text.substr(0, room);
        if (hashed && text.size() > room) outcome_.cut = true;
    }
}

}  // namespace sloth
