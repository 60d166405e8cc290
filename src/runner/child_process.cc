#include "runner/child_process.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <csignal>

namespace sloth {
namespace {

constexpr size_t kChunk = 64 << 10;
constexpr int kReadsPerTurn = 16;  // a child that never stops writing must not hold the loop

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

}  // namespace

ChildProcess::ChildProcess(Loop& loop, ChildSpec spec, Done done)
    : loop_(loop),
      spec_(std::move(spec)),
      done_(std::move(done)),
      control_(loop.io()),
      out_(loop),
      err_(loop) {
    timeout_.bind<&ChildProcess::on_timeout>(this);
    drain_timer_.bind<&ChildProcess::on_drained>(this);
}

Result<std::shared_ptr<ChildProcess>> ChildProcess::start(Loop& loop, WorkerSource& source,
                                                          ChildSpec spec, Done done) {
    std::shared_ptr<ChildProcess> child(new ChildProcess(loop, std::move(spec), std::move(done)));
    SLOTH_TRY_VOID(child->spawn(source));
    child->watch();
    return child;
}

Result<void> ChildProcess::spawn(WorkerSource& source) {
    SLOTH_TRY(const Fd input, input_file(spec_.input));
    SLOTH_TRY(Pipe out, output_pipe());
    SLOTH_TRY(Pipe err, output_pipe());
    SLOTH_TRY(Fd control,
              source.start_command(spec_.command, input.get(), out.theirs.get(), err.theirs.get()));
    boost::system::error_code ignored;
    control_.assign(control.release(), ignored);
    out_.pipe.assign(out.ours.release(), ignored);
    err_.pipe.assign(err.ours.release(), ignored);
    spec_.command = {};
    spec_.input.reset();
    return {};
}

void ChildProcess::watch() {
    if (spec_.timeout) loop_.set_timer(timeout_, loop_.now() + *spec_.timeout);
    listen();
    read(out_);
    read(err_);
}

void ChildProcess::listen() {
    control_.async_wait(Descriptor::wait_read,
                        [self = shared_from_this()](boost::system::error_code error) {
                            if (!error) self->hear();
                        });
}

// The supervisor says something, or has gone: with it all that the command had started.
void ChildProcess::hear() {
    CommandReport report;
    const ssize_t got = ::recv(control_.native_handle(), &report, sizeof report, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return listen();
    if (got != sizeof report) {
        boost::system::error_code ignored;
        control_.close(ignored);
        return fail_with_reason("its supervising process ended");
    }
    switch (report.kind) {
        case CommandReport::Kind::ended:
            on_end(report);
            break;
        case CommandReport::Kind::no_start:
            report.text[sizeof report.text - 1] = '\0';
            fail_with_reason(report.text);
            break;
        case CommandReport::Kind::over:
            break;
    }
    listen();
}

void ChildProcess::fail_with_reason(std::string reason) {
    loop_.cancel(timeout_);
    loop_.cancel(drain_timer_);
    boost::system::error_code ignored;
    out_.pipe.close(ignored);
    err_.pipe.close(ignored);
    if (Done done = std::exchange(done_, nullptr)) done(fail(Code::failed, "{}", reason));
}

void ChildProcess::order(CommandOrder order) {
    if (!control_.is_open()) return;
    ::send(control_.native_handle(), &order, sizeof order, MSG_DONTWAIT | MSG_NOSIGNAL);
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

void ChildProcess::on_timeout() {
    result_.timed_out = true;
    order(CommandOrder::end);
    // Without a word from the command itself: the supervisor has ended all of it.
    if (!ended_) on_end({.value = SIGKILL});
}

void ChildProcess::abandon() {
    done_ = nullptr;
    loop_.cancel(timeout_);
    order(CommandOrder::end);
    on_drained();
}

void ChildProcess::on_end(const CommandReport& report) {
    if (ended_) return;
    ended_ = true;
    loop_.cancel(timeout_);
    result_.exit_code = WIFEXITED(report.value) ? WEXITSTATUS(report.value) : -1;
    result_.signal = WIFSIGNALED(report.value) ? WTERMSIG(report.value) : 0;
    result_.left = spec_.detach ? 0 : report.left;
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
    if (!ended_) return;
    loop_.cancel(drain_timer_);
    order(spec_.detach && !result_.timed_out ? CommandOrder::detach : CommandOrder::end);
    Done done = std::exchange(done_, nullptr);
    if (!done) return;
    result_.out = std::move(out_.text);
    result_.err = std::move(err_.text);
    done(std::move(result_));
}

}  // namespace sloth
