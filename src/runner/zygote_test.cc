#include "runner/zygote.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "domain/execution.h"
#include "runner/fd_message.h"
#include "runner/frame_peer.h"

namespace sloth {
namespace {

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
    FramePeer peer(worker.socket.get());
    EXPECT_EQ(peer.next(FramePeer::Wait::block).kind, FrameKind::ready);
    peer.hook(7, "function on_event() print(event.type, event.data.n) return true, 'well' end");
    peer.run(1, 7);
    peer.send();
    const ReceivedFrame frame = peer.next(FramePeer::Wait::block);
    ASSERT_EQ(frame.kind, FrameKind::done);
    EXPECT_EQ(frame.done().status, static_cast<uint8_t>(RunStatus::success));
    EXPECT_EQ(frame.done().output, "task.failed\t3\nwell");
    EXPECT_GT(frame.done().started_ns, 0);
    EXPECT_GE(frame.done().ended_ns, frame.done().started_ns);
}

// What the scripts of the day call first: each must work under the lockdown.
TEST_F(ZygoteTest, locked_down_workers_still_tell_time_and_fail_softly) {
    worker = *zygote->spawn({});
    FramePeer peer(worker.socket.get());
    EXPECT_EQ(peer.next(FramePeer::Wait::block).kind, FrameKind::ready);
    peer.hook(7,
              "function on_event() os.date('%c') os.time{year = 2025, month = 1, day = 1} "
              "os.date('*t') math.random() print(#('x'):rep(1 << 20)) "
              "pcall(error, {}) time.now() local t = {} for i = 1, 1e5 do t[i] = {i} end "
              "print(os.date('!%Y', 0)) return true end");
    peer.run(1, 7);
    peer.send();
    const ReceivedFrame frame = peer.next(FramePeer::Wait::block);
    ASSERT_EQ(frame.kind, FrameKind::done);
    EXPECT_EQ(frame.done().output, "1048576\n1970") << frame.done().error;
}

TEST_F(ZygoteTest, a_run_over_its_memory_leaves_the_worker_alive) {
    worker = *zygote->spawn({.memory_budget = 256 << 20});
    FramePeer peer(worker.socket.get());
    EXPECT_EQ(peer.next(FramePeer::Wait::block).kind, FrameKind::ready);
    peer.hook(
        7,
        "function on_event() local t = {} while true do t[#t + 1] = ('x'):rep(9999) .. #t end end");
    peer.hook(8, "function on_event() return true, 'fine' end");
    peer.run(1, 7, 60'000'000);
    peer.run(2, 8, 60'000'000);
    peer.send();
    std::string outputs;
    for (int i = 0; i < 2; ++i) {
        const ReceivedFrame frame = peer.next(FramePeer::Wait::block);
        ASSERT_EQ(frame.kind, FrameKind::done);
        outputs += std::to_string(frame.run) + ": " + std::string(frame.done().output) +
                   std::string(frame.done().error) + "\n";
    }
    EXPECT_EQ(outputs, "2: fine\n1: out of memory: the hook used more than 64MiB\n");
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
    FramePeer peer(worker.socket.get());
    EXPECT_EQ(peer.next(FramePeer::Wait::block).kind, FrameKind::ready);
    zygote.reset();
    pollfd ready{.fd = worker.pidfd.get(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&ready, 1, 5000), 1);
}

// A process that plays the master is killed: its zygote and its worker must go with it.
TEST(ZygoteOfAnother, ends_with_its_master_whatever_kills_it) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    const pid_t master = ::fork();
    if (master == 0) {
        auto own = Zygote::start();
        auto spawned = (*own)->spawn({});
        const int pidfd = spawned->pidfd.get();
        send_message(ends[1], "x", 1, std::span(&pidfd, 1));
        for (;;) ::pause();
    }
    char byte = 0;
    auto fds = receive_message(ends[0], &byte, 1, Wait::block);
    ASSERT_TRUE(fds && fds->size() == 1);
    ::kill(master, SIGKILL);
    pollfd ready{.fd = fds->front().get(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&ready, 1, 5000), 1);
    ::waitpid(master, nullptr, 0);
    ::close(ends[0]);
    ::close(ends[1]);
}

}  // namespace
}  // namespace sloth
