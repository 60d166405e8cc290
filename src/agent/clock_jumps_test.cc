#include "agent/clock_jumps.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"

namespace sloth {
namespace {

TEST(ClockJumps, sees_only_what_the_two_clocks_do_not_agree_on) {
    FakeClock clock;
    ClockJumps jumps;
    EXPECT_FALSE(jumps.measure(clock));
    clock.advance(1h);
    EXPECT_FALSE(jumps.measure(clock));
    clock.set_wall(clock.wall() + 2s);
    EXPECT_FALSE(jumps.measure(clock));
    clock.set_wall(clock.wall() - 2s);
    EXPECT_FALSE(jumps.measure(clock));
    const WallTime before = clock.wall();
    clock.advance(1s);
    clock.set_wall(clock.wall() + 2500ms);
    const ClockJump forward{before, before + 3500ms, 2500ms};
    EXPECT_EQ(jumps.measure(clock), forward);
    EXPECT_FALSE(jumps.measure(clock));
    clock.set_wall(before);
    const auto back = jumps.measure(clock);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->by, -3500ms);
    EXPECT_EQ(back->length(), "-3s500ms");
    EXPECT_NE(back->reason(), forward.reason());
}

// A clock that is read by a thread that is stopped in between.
class InterruptedClock final : public Clock {
 public:
    WallTime wall() override {
        now += pause;
        return from_micros(now);
    }
    MonoTime mono() override { return MonoTime(Micros(now)); }

    int64_t now = 1'000'000'000;
    int64_t pause = 0;
};

TEST(ClockJumps, takes_no_pause_of_its_own_thread_for_a_jump) {
    InterruptedClock clock;
    ClockJumps jumps;
    EXPECT_FALSE(jumps.measure(clock));
    clock.pause = 10'000'000;
    EXPECT_FALSE(jumps.measure(clock));
    clock.pause = 0;
    EXPECT_FALSE(jumps.measure(clock));
}

}  // namespace
}  // namespace sloth
