#include "runner/worker_loop.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace sloth {
namespace {

constexpr size_t kReadBytes = 64 << 10;
constexpr size_t kKeptBytes = 1 << 20;  // a buffer that grew beyond this is given back
constexpr size_t kMaxUnsent = 4 << 20;  // then runs stand still until the master reads
// A run that waits is ended by the master, which knows what it waits for; this is for a master that
// does not.
constexpr Micros kMasterFirst = 1s;
constexpr Micros kTurn = 1ms;  // what came out is sent at least this often

int64_t nanoseconds(MonoTime time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

}  // namespace

WorkerLoop::WorkerLoop(Fd socket, WorkerPage& page, Clock& clock, Random& random,
                       const Options& options)
    : socket_(std::move(socket)),
      page_(page),
      clock_(clock),
      memory_(options.memory_budget),
      vm_{.clock = clock,
          .random = random,
          .memory = memory_,
          .library = library_,
          .slice = options.slice,
          .check_every = options.check_every},
      read_buffer_(std::make_unique_for_overwrite<char[]>(kReadBytes)) {}

WorkerLoop::~WorkerLoop() = default;

void WorkerLoop::announce(std::string_view warnings) {
    FrameWriter writer(out_);
    writer.begin(FrameKind::ready, 0);
    writer.str(warnings);
    writer.end();
}

bool WorkerLoop::step(Millis max_wait) {
    if (!wait(max_wait) || !take_frames()) return false;
    expire_waiting();
    if (out_.size() - out_sent_ < kMaxUnsent) run_ready();
    return flush();
}

bool WorkerLoop::wait(Millis max_wait) {
    const bool unsent = out_sent_ < out_.size();
    const bool stalled = out_.size() - out_sent_ >= kMaxUnsent;
    if (!ready_.empty() && !stalled) max_wait = 0ms;
    if (!deadlines_.empty()) {
        const auto left = std::chrono::ceil<Millis>(deadlines_.begin()->first - clock_.mono());
        max_wait = std::clamp(left, 0ms, max_wait);
    }
    pollfd poll_fd{.fd = socket_.get(),
                   .events = static_cast<short>(POLLIN | (unsent ? POLLOUT : 0)),
                   .revents = 0};
    const int got = ::poll(&poll_fd, 1, static_cast<int>(max_wait.count()));
    if (got < 0) return errno == EINTR;
    if ((poll_fd.revents & (POLLIN | POLLHUP | POLLERR)) != 0) return receive();
    return true;
}

bool WorkerLoop::receive() {
    in_.erase(0, in_used_);
    in_used_ = 0;
    if (in_.empty() && in_.capacity() > kKeptBytes) in_ = {};
    const ssize_t got = ::recv(socket_.get(), read_buffer_.get(), kReadBytes, MSG_DONTWAIT);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    in_.append(read_buffer_.get(), static_cast<size_t>(got));
    return got > 0;
}

bool WorkerLoop::take_frames() {
    FrameView frame;
    for (;;) {
        switch (cut_frame(in_, in_used_, frame)) {
            case FrameCut::incomplete:
                return true;
            case FrameCut::broken:
                return false;
            case FrameCut::frame:
                if (!take(frame)) return false;
        }
    }
}

bool WorkerLoop::take(const FrameView& frame) {
    FrameReader reader(frame.body);
    switch (frame.kind) {
        case FrameKind::hook: {
            const uint64_t key = reader.u64();
            std::string name(reader.str());
            if (name.empty() || name.front() != '@') name.insert(0, "@");
            hooks_[key] = std::make_shared<const lua::HookSource>(
                lua::HookSource{std::move(name), std::string(reader.str())});
            return reader.ok();
        }
        case FrameKind::drop:
            hooks_.erase(reader.u64());
            return reader.ok();
        case FrameKind::run:
            take_run(frame);
            return true;
        case FrameKind::answer:
            take_answer(frame);
            return true;
        case FrameKind::cancel:
            forget(frame.run);
            return true;
        case FrameKind::load: {
            std::string name(reader.str());
            if (name.empty() || name.front() != '@') name.insert(0, "@");
            auto hook = std::make_shared<const lua::HookSource>(
                lua::HookSource{std::move(name), std::string(reader.str())});
            start(frame.run, lua::Run::of_load(vm_, std::move(hook), reader.u8() != 0));
            return reader.ok();
        }
        default:
            return false;
    }
}

void WorkerLoop::take_run(const FrameView& frame) {
    FrameReader reader(frame.body);
    const uint64_t key = reader.u64();
    const auto hook = hooks_.find(key);
    if (hook == hooks_.end())
        return send_failed(frame.run, fmt::format("run: this worker has no hook {}", key));
    auto run = lua::Run::of_event(vm_, hook->second, std::string(frame.body));
    if (run == nullptr) return send_failed(frame.run, "run: the frame is cut short");
    start(frame.run, std::move(run));
}

void WorkerLoop::start(uint64_t id, std::unique_ptr<lua::Run> run) {
    forget(id);
    runs_[id] = Entry{std::move(run)};
    ready_.push_back(id);
}

void WorkerLoop::forget(uint64_t id) {
    const auto found = runs_.find(id);
    if (found == runs_.end()) return;
    deadlines_.erase({found->second.run->deadline() + kMasterFirst, id});
    runs_.erase(found);
}

void WorkerLoop::take_answer(const FrameView& frame) {
    FrameReader reader(frame.body);
    const AnswerFrame answer = read_answer(reader);
    const auto found = runs_.find(frame.run);
    if (found == runs_.end() || found->second.queued) return;  // cancelled, or over: too late
    lua::Run& run = *found->second.run;
    if (!reader.ok() || answer.effect != run.request().number) return;
    deadlines_.erase({run.deadline() + kMasterFirst, frame.run});
    found->second.queued = true;
    run.answer(answer.kind, answer.payload);
    ready_.push_back(frame.run);
}

void WorkerLoop::run_ready() {
    const MonoTime turn_end = clock_.mono() + kTurn;
    for (size_t left = ready_.size(); left > 0; --left) {
        const uint64_t id = ready_.front();
        ready_.pop_front();
        const auto found = runs_.find(id);
        if (found == runs_.end() || !found->second.queued) continue;
        resume(id, found->second);
        if (clock_.mono() >= turn_end || out_.size() - out_sent_ >= kMaxUnsent) return;
    }
}

void WorkerLoop::resume(uint64_t id, Entry& entry) {
    page_.slice_began_ns.store(nanoseconds(clock_.mono()), std::memory_order_relaxed);
    page_.run.store(id, std::memory_order_release);
    const lua::Run::State state = entry.run->resume();
    page_.run.store(0, std::memory_order_release);
    switch (state) {
        case lua::Run::State::ready:
            ready_.push_back(id);
            return;
        case lua::Run::State::waiting: {
            const lua::EffectRequest& request = entry.run->request();
            FrameWriter writer(out_);
            write(writer, id,
                  EffectFrame{.effect = request.number,
                              .kind = static_cast<uint8_t>(request.kind),
                              .args = request.args});
            deadlines_.insert({entry.run->deadline() + kMasterFirst, id});
            entry.queued = false;
            return;
        }
        case lua::Run::State::finished:
            send_done(id, *entry.run);
            runs_.erase(id);
    }
}

void WorkerLoop::expire_waiting() {
    while (!deadlines_.empty() && deadlines_.begin()->first <= clock_.mono()) {
        const uint64_t id = deadlines_.begin()->second;
        deadlines_.erase(deadlines_.begin());
        lua::Run& run = *runs_.at(id).run;
        run.expire();
        send_done(id, run);
        runs_.erase(id);
    }
}

void WorkerLoop::send_done(uint64_t id, lua::Run& run) {
    lua::RunResult result = run.take_result();
    FrameWriter writer(out_);
    if (run.loads()) {
        const bool ok = result.status == RunStatus::success;
        writer.begin(FrameKind::loaded, id);
        writer.u8(ok ? 1 : 0);
        writer.str(ok ? result.metadata : result.error);
        writer.end();
        return;
    }
    write(writer, id,
          DoneFrame{.status = static_cast<uint8_t>(result.status),
                    .started_ns = result.has_started ? nanoseconds(result.started) : 0,
                    .ended_ns = nanoseconds(clock_.mono()),
                    .output = result.output,
                    .error = result.error});
}

void WorkerLoop::send_failed(uint64_t id, std::string_view error) {
    FrameWriter writer(out_);
    write(writer, id,
          DoneFrame{.status = static_cast<uint8_t>(RunStatus::failed),
                    .ended_ns = nanoseconds(clock_.mono()),
                    .error = error});
}

bool WorkerLoop::flush() {
    if (out_sent_ == out_.size()) return true;
    const ssize_t sent = ::send(socket_.get(), out_.data() + out_sent_, out_.size() - out_sent_,
                                MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    out_sent_ += static_cast<size_t>(sent);
    if (out_sent_ == out_.size()) {
        out_.clear();
        if (out_.capacity() > kKeptBytes) out_ = {};
        out_sent_ = 0;
    }
    return true;
}

}  // namespace sloth
