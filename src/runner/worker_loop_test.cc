#include "runner/worker_loop.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <map>

#include "lua/script_bed.h"
#include "runner/frame_peer.h"
#include "tests/fakes/fake_clock.h"

namespace sloth {
namespace {

// A loop on one end of a socketpair, the test on the other; nothing runs but what step() runs.
struct Ends {
    Ends() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0); }
    int fds[2] = {-1, -1};
};

struct WorkerLoopTest : testing::Test {
    Ends ends;
    Fd ours{ends.fds[0]};
    FakeClock clock;
    lua::CountingRandom random;
    WorkerPage page{};
    FramePeer peer{ours.get()};
    WorkerLoop loop{Fd(ends.fds[1]), page, clock, random, {.slice = 0us, .check_every = 1000}};

    // Sends what the test has written and turns the loop until a frame comes back.
    ReceivedFrame next() {
        for (int turn = 0; turn < 100'000; ++turn) {
            peer.send();
            if (ReceivedFrame frame = peer.next(FramePeer::Wait::never); frame.kind != FrameKind{})
                return frame;
            if (!loop.step(0ms)) break;
        }
        return {};
    }
};

TEST_F(WorkerLoopTest, says_first_what_the_lockdown_lacks) {
    loop.announce("Landlock: not here");
    const ReceivedFrame frame = next();
    EXPECT_EQ(frame.kind, FrameKind::ready);
    FrameReader reader(frame.body);
    EXPECT_EQ(reader.str(), "Landlock: not here");
}

TEST_F(WorkerLoopTest, runs_hooks_by_their_key) {
    peer.hook(1, "function on_event() return true, 'one' end");
    peer.hook(2, "function on_event() return true, 'two' end");
    peer.run(10, 2);
    peer.run(11, 1);
    ReceivedFrame frame = next();
    EXPECT_EQ(frame.run, 10u);
    EXPECT_EQ(frame.done().output, "two");
    frame = next();
    EXPECT_EQ(frame.run, 11u);
    EXPECT_EQ(frame.done().output, "one");
    EXPECT_EQ(page.run.load(), 0u);
}

TEST_F(WorkerLoopTest, a_hook_that_was_sent_again_is_replaced_and_a_dropped_one_is_unknown) {
    peer.hook(1, "function on_event() return true, 'old' end");
    peer.hook(1, "function on_event() return true, 'new' end");
    peer.run(10, 1);
    EXPECT_EQ(next().done().output, "new");
    peer.drop(1);
    peer.run(11, 1);
    const ReceivedFrame frame = next();
    EXPECT_EQ(frame.done().status, static_cast<uint8_t>(RunStatus::failed));
    EXPECT_EQ(frame.done().error, "run: this worker has no hook 1");
}

TEST_F(WorkerLoopTest, a_long_run_does_not_hold_up_a_short_one) {
    peer.hook(1, "function on_event() for i = 1, 1e7 do end return true, 'long' end");
    peer.hook(2, "function on_event() return true, 'short' end");
    peer.run(10, 1, 3'600'000'000);
    peer.run(11, 2);
    EXPECT_EQ(next().done().output, "short");
    EXPECT_EQ(next().done().output, "long");
}

TEST_F(WorkerLoopTest, asks_for_effects_and_goes_on_with_the_answer) {
    peer.hook(1,
              "function on_event() local a = state.get('x') local b = state.increment('x') "
              "return true, a .. '/' .. b end");
    peer.run(10, 1);
    ReceivedFrame frame = next();
    ASSERT_EQ(frame.kind, FrameKind::effect);
    EXPECT_EQ(frame.effect().effect, 1u);
    EXPECT_EQ(frame.effect().kind, static_cast<uint8_t>(EffectKind::state_get));
    peer.answer(10, 7, R"(["of another effect"])");
    peer.answer(10, 1, "[4]");
    frame = next();
    ASSERT_EQ(frame.kind, FrameKind::effect);
    EXPECT_EQ(frame.effect().effect, 2u);
    EXPECT_EQ(frame.effect().args, R"(["x",1])");
    peer.answer(10, 2, "[5]");
    EXPECT_EQ(next().done().output, "4/5");
}

TEST_F(WorkerLoopTest, a_thousand_runs_wait_at_once) {
    peer.hook(1, "function on_event() time.sleep(1) return true end");
    for (uint64_t run = 1; run <= 1000; ++run) peer.run(run, 1);
    for (int i = 0; i < 1000; ++i) {
        const ReceivedFrame frame = next();
        ASSERT_EQ(frame.kind, FrameKind::effect);
        ASSERT_EQ(frame.effect().args, "[1]");
    }
    for (uint64_t run = 1000; run >= 1; --run) peer.answer(run, 1, "[]");
    for (uint64_t run = 1000; run >= 1; --run) ASSERT_EQ(next().run, run);
}

TEST_F(WorkerLoopTest, a_run_that_its_master_lets_wait_beyond_its_deadline_is_a_timeout) {
    peer.hook(1, "function on_event()\n  exec.run('sleep 9')\nend");
    peer.run(10, 1, 1'000'000);
    EXPECT_EQ(next().kind, FrameKind::effect);
    clock.advance(1999ms);
    EXPECT_TRUE(loop.step(0ms));
    EXPECT_EQ(peer.next(FramePeer::Wait::never).kind, FrameKind{});
    clock.advance(2ms);
    const ReceivedFrame frame = next();
    EXPECT_EQ(frame.done().status, static_cast<uint8_t>(RunStatus::timeout));
    EXPECT_EQ(frame.done().error, "timed out after 1s (notify.lua:2) while waiting for exec.run");
    peer.answer(10, 1, "[{}]");
    peer.run(11, 1);
    EXPECT_EQ(next().run, 11u);
}

TEST_F(WorkerLoopTest, a_cancelled_run_is_never_heard_of_again) {
    peer.hook(1, "function on_event() time.sleep(1) return true end");
    peer.run(10, 1);
    EXPECT_EQ(next().run, 10u);
    peer.bare(FrameKind::cancel, 10);
    peer.answer(10, 1, "[]");
    peer.run(11, 1);
    EXPECT_EQ(next().run, 11u);
    clock.advance(1h);
    EXPECT_EQ(next().run, 11u);
}

TEST_F(WorkerLoopTest, a_run_that_is_started_again_under_its_number_waits_for_its_own_answer) {
    peer.hook(1, "function on_event() return true, state.get('x') end");
    peer.run(10, 1);
    peer.bare(FrameKind::cancel, 10);
    peer.run(10, 1);
    EXPECT_EQ(next().kind, FrameKind::effect);
    for (int turn = 0; turn < 10; ++turn) EXPECT_TRUE(loop.step(0ms));
    EXPECT_EQ(peer.next(FramePeer::Wait::never).kind, FrameKind{});
    peer.answer(10, 1, R"(["mine"])");
    EXPECT_EQ(next().done().output, "mine");
}

TEST_F(WorkerLoopTest, loads_metadata_and_says_why_not) {
    peer.load(5, "return {name = 'n', event_type = 'a.b', execute = function() end}");
    ReceivedFrame frame = next();
    ASSERT_EQ(frame.kind, FrameKind::loaded);
    FrameReader reader(frame.body);
    EXPECT_EQ(reader.u8(), 1);
    EXPECT_EQ(reader.str(), R"({"event_type":"a.b","form":"table","name":"n"})");
    peer.load(6, "return {");
    frame = next();
    FrameReader again(frame.body);
    EXPECT_EQ(again.u8(), 0);
    EXPECT_EQ(again.str(), "notify.lua:1: unexpected symbol near <eof>");
}

TEST_F(WorkerLoopTest, a_master_that_does_not_read_stops_the_runs_and_loses_nothing) {
    peer.hook(1, "function on_event() print(('x'):rep(200000)) return true end");
    constexpr int kRuns = 100;  // 20 MB of output
    for (uint64_t run = 1; run <= kRuns; ++run) peer.run(run, 1);
    peer.send();
    for (int turn = 0; turn < 1000; ++turn) ASSERT_TRUE(loop.step(0ms));
    for (int i = 0; i < kRuns; ++i) ASSERT_EQ(next().done().output.size(), 200000u) << i;
}

TEST_F(WorkerLoopTest, ends_when_the_master_goes_or_talks_nonsense) {
    EXPECT_TRUE(loop.step(0ms));
    peer.unsent() = std::string("\xff\xff\xff\xff nonsense");
    peer.send();
    EXPECT_FALSE(loop.step(0ms));
    ::shutdown(ours.get(), SHUT_RDWR);
    EXPECT_FALSE(loop.step(0ms));
}

}  // namespace
}  // namespace sloth
