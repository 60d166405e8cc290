#include "runner/zygote.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "domain/execution.h"
#include "lua/frames.h"

namespace sloth {
namespace {

// The master's end of a worker's socket, with blocking reads.
class Peer {
 public:
    explicit Peer(int fd) : fd_(fd) {}

    void send(const std::string& bytes) {
        ASSERT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }

    // The next frame; kind 0 when the worker has gone.
    FrameView next() {
        FrameView frame;
        buffer_.erase(0, used_);
        used_ = 0;
        while (cut_frame(buffer_, used_, frame) != FrameCut::frame) {
            char bytes[4096];
            const ssize_t got = ::recv(fd_, bytes, sizeof bytes, 0);
            if (got <= 0) return {};
            buffer_.append(bytes, static_cast<size_t>(got));
        }
        return frame;
    }

 private:
    int fd_;
    std::string buffer_;
    size_t used_ = 0;
};

std::string hook_frame(uint64_t key, std::string_view source) {
    std::string out;
    FrameWriter writer(out);
    writer.begin(FrameKind::hook, 0);
    writer.u64(key);
    writer.str("notify.lua");
    writer.str(source);
    writer.end();
    return out;
}

std::string run_frame(uint64_t run, uint64_t key, int64_t timeout_us = 5'000'000) {
    std::string out;
    FrameWriter writer(out);
    write(writer, run,
          RunFrame{.hook_key = key,
                   .timeout_us = timeout_us,
                   .memory_limit = 64 << 20,
                   .output_limit = 256 << 10,
                   .type = "task.failed",
                   .data = R"({"n": 3})"});
    return out;
}

struct ZygoteTest : testing::Test {
    std::unique_ptr<Zygote> zygote = *Zygote::start();

    WorkerDeath wait_for_death() {
        pollfd ready{.fd = worker.pidfd.get(), .events = POLLIN, .revents = 0};
        EXPECT_EQ(::poll(&ready, 1, 5000), 1);
        for (;;) {
            if (const auto death = zygote->take_death()) return *death;
            ::poll(nullptr, 0, 1);
        }
    }

    WorkerProcess worker;
};

TEST_F(ZygoteTest, forks_a_worker_that_runs_a_hook) {
    worker = *zygote->spawn({});
    Peer peer(worker.socket.get());
    EXPECT_EQ(peer.next().kind, FrameKind::ready);
    peer.send(
        hook_frame(7,
                   "function on_event() print(event.type, event.data.n) return true, 'well' end") +
        run_frame(1, 7));
    const FrameView frame = peer.next();
    ASSERT_EQ(frame.kind, FrameKind::done);
    FrameReader reader(frame.body);
    const DoneFrame done = read_done(reader);
    EXPECT_EQ(done.status, static_cast<uint8_t>(RunStatus::success)) << done.error;
    EXPECT_EQ(done.output, "task.failed\t3\nwell");
    EXPECT_GT(done.started_ns, 0);
    EXPECT_GE(done.ended_ns, done.started_ns);
}

TEST_F(ZygoteTest, resumes_a_run_with_the_answer_to_its_effect) {
    worker = *zygote->spawn({});
    Peer peer(worker.socket.get());
    EXPECT_EQ(peer.next().kind, FrameKind::ready);
    peer.send(
        hook_frame(7, "function on_event() return true, 'n is ' .. (state.get('n') or 0) end") +
        run_frame(1, 7));
    FrameView frame = peer.next();
    ASSERT_EQ(frame.kind, FrameKind::effect);
    FrameReader reader(frame.body);
    const EffectFrame effect = read_effect(reader);
    EXPECT_EQ(effect.kind, static_cast<uint8_t>(EffectKind::state_get));
    EXPECT_EQ(effect.args, R"(["n"])");
    std::string answer;
    FrameWriter writer(answer);
    write(writer, 1, AnswerFrame{.effect = effect.effect, .payload = "[4]"});
    peer.send(answer);
    frame = peer.next();
    ASSERT_EQ(frame.kind, FrameKind::done);
    FrameReader done_reader(frame.body);
    const DoneFrame done = read_done(done_reader);
    EXPECT_EQ(done.output, "n is 4") << done.error;
}

TEST_F(ZygoteTest, reports_how_a_worker_died) {
    worker = *zygote->spawn({});
    ASSERT_EQ(::kill(worker.pid, SIGKILL), 0);
    const WorkerDeath death = wait_for_death();
    EXPECT_EQ(death.pid, worker.pid);
    ASSERT_TRUE(WIFSIGNALED(death.status));
    EXPECT_EQ(WTERMSIG(death.status), SIGKILL);
}

TEST_F(ZygoteTest, a_worker_ends_when_its_socket_is_closed) {
    worker = *zygote->spawn({});
    worker.socket.reset();
    const WorkerDeath death = wait_for_death();
    EXPECT_TRUE(WIFEXITED(death.status));
    EXPECT_EQ(WEXITSTATUS(death.status), 0);
}

TEST_F(ZygoteTest, takes_its_workers_with_it) {
    worker = *zygote->spawn({});
    Peer peer(worker.socket.get());
    EXPECT_EQ(peer.next().kind, FrameKind::ready);
    zygote.reset();
    pollfd ready{.fd = worker.pidfd.get(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&ready, 1, 5000), 1);
}

}  // namespace
}  // namespace sloth
