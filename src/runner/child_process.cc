#include "runner/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <cerrno>

namespace sloth {
namespace {

constexpr size_t kChunk = 64 << 10;
constexpr int kReadsPerTurn = 16;  // a child that never stops writing must not hold the loop

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (std::string& word : words) out.push_back(word.data());
    out.push_back(nullptr);
    return out;
}

// A file that nobody else has: a child may read its input when it likes, or never.
Result<Fd> input_file(const std::optional<std::string>& input) {
    if (!input) {
        Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        if (!null) return fail(Code::failed, "open /dev/null: {}", errno_text(errno));
        return null;
    }
    Fd file(::memfd_create("stdin", MFD_CLOEXEC));
    if (!file) return fail(Code::failed, "no memory for stdin: {}", errno_text(errno));
    std::string_view rest = *input;
    while (!rest.empty()) {
        const ssize_t n = ::write(file.get(), rest.data(), rest.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(Code::failed, "no memory for stdin: {}", errno_text(errno));
        rest.remove_prefix(static_cast<size_t>(n));
    }
    ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

struct Pipe {
    Fd ours;
    Fd theirs;
};

Result<Pipe> output_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail(Code::failed, "no pipe: {}", errno_text(errno));
    }
    Pipe pipe{Fd(ends[0]), Fd(ends[1])};
    ::fcntl(pipe.ours.get(), F_SETFL, O_NONBLOCK);
    return pipe;
}

// posix_spawn's two attribute objects, destroyed in any case.
struct SpawnPlan {
    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};

    SpawnPlan() {
        posix_spawn_file_actions_init(&files);
        posix_spawnattr_init(&attributes);
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&files);
        posix_spawnattr_destroy(&attributes);
    }
};

}  // namespace

ChildProcess::ChildProcess(Loop& loop, ChildSpec spec, Done done)
    : loop_(loop),
      spec_(std::move(spec)),
      done_(std::move(done)),
      pidfd_(loop.io()),
      out_(loop),
      err_(loop) {
    timeout_.bind<&ChildProcess::on_timeout>(this);
    drain_timer_.bind<&ChildProcess::on_drained>(this);
}

ChildProcess::~ChildProcess() {
    if (pid_ <= 0 || reaped_) return;
    // The loop has stopped before the process ended: wait for the kill to take effect.
    kill_group();
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

Result<std::shared_ptr<ChildProcess>> ChildProcess::start(Loop& loop, ChildSpec spec, Done done) {
    std::shared_ptr<ChildProcess> child(new ChildProcess(loop, std::move(spec), std::move(done)));
    SLOTH_TRY_VOID(child->spawn());
    child->watch();
    return child;
}

Result<void> ChildProcess::spawn() {
    SLOTH_TRY(const Fd input, input_file(spec_.input));
    SLOTH_TRY(Pipe out, output_pipe());
    SLOTH_TRY(Pipe err, output_pipe());
    SpawnPlan plan;
    posix_spawn_file_actions_adddup2(&plan.files, input.get(), 0);
    posix_spawn_file_actions_adddup2(&plan.files, out.theirs.get(), 1);
    posix_spawn_file_actions_adddup2(&plan.files, err.theirs.get(), 2);
    posix_spawn_file_actions_addclosefrom_np(&plan.files, 3);
    if (!spec_.workdir.empty()) {
        posix_spawn_file_actions_addchdir_np(&plan.files, spec_.workdir.c_str());
    }
    std::vector<char*> argv = pointers(spec_.argv);
    std::vector<char*> environment = pointers(spec_.environment);
    const int error = ::posix_spawn(&pid_, argv[0], &plan.files, &plan.attributes, argv.data(),
                                    environment.data());
    if (error != 0) {
        pid_ = -1;
        return spec_.workdir.empty()
                   ? fail(Code::failed, "cannot start {}: {}", spec_.argv[0], errno_text(error))
                   : fail(Code::failed, "cannot start {} in workdir '{}': {}", spec_.argv[0],
                          spec_.workdir, errno_text(error));
    }
    boost::system::error_code ignored;
    out_.pipe.assign(out.ours.release(), ignored);
    err_.pipe.assign(err.ours.release(), ignored);
    const auto pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    if (pidfd < 0) return fail(Code::failed, "cannot watch a child: {}", errno_text(errno));
    pidfd_.assign(pidfd, ignored);
    return {};
}

void ChildProcess::watch() {
    pidfd_.async_wait(Descriptor::wait_read,
                      [self = shared_from_this()](boost::system::error_code error) {
                          if (!error) self->on_exit();
                      });
    if (spec_.timeout) loop_.set_timer(timeout_, loop_.now() + *spec_.timeout);
    read(out_);
    read(err_);
}

void ChildProcess::read(Stream& stream) {
    stream.pipe.async_wait(Descriptor::wait_read,
                           [self = shared_from_this(), &stream](boost::system::error_code error) {
                               if (error) return;
                               self->drain(stream);
                               if (stream.open) {
                                   self->read(stream);
                               } else {
                                   self->finish_if_over();
                               }
                           });
}

void ChildProcess::drain(Stream& stream) {
    std::array<char, kChunk> chunk;
    for (int i = 0; i < kReadsPerTurn && stream.open; ++i) {
        const ssize_t n = ::read(stream.pipe.native_handle(), chunk.data(), chunk.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            stream.open = false;
            return;
        }
        const size_t room = spec_.output_cap - std::min(spec_.output_cap, stream.text.size());
        const auto got = static_cast<size_t>(n);
        stream.text.append(chunk.data(), std::min(room, got));
        if (got > room) result_.truncated = true;
    }
}

void ChildProcess::kill_group() { ::kill(-pid_, SIGKILL); }

void ChildProcess::on_timeout() {
    result_.timed_out = true;
    kill_group();
}

void ChildProcess::abandon() {
    done_ = nullptr;
    loop_.cancel(timeout_);
    if (!reaped_) kill_group();
    on_drained();
}

void ChildProcess::on_exit() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
    loop_.cancel(timeout_);
    result_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    loop_.set_timer(drain_timer_, loop_.now() + spec_.drain);
    finish_if_over();
}

void ChildProcess::on_drained() {
    for (Stream* stream : {&out_, &err_}) {
        if (stream->open) drain(*stream);
        stream->open = false;
    }
    finish_if_over();
}

void ChildProcess::finish_if_over() {
    if (out_.open || err_.open) return;
    boost::system::error_code ignored;
    out_.pipe.close(ignored);
    err_.pipe.close(ignored);
    if (!reaped_) return;
    loop_.cancel(drain_timer_);
    Done done = std::exchange(done_, nullptr);
    if (!done) return;
    result_.out = std::move(out_.text);
    result_.err = std::move(err_.text);
    done(std::move(result_));
}

}  // namespace sloth
