#include "runner/timers.h"

#include <gtest/gtest.h>

#include <deque>

namespace sloth {
namespace {

struct Alarm {
    explicit Alarm(std::vector<int>& log, int name) : log(log), name(name) {
        timer.bind<&Alarm::ring>(this);
    }
    void ring() { log.push_back(name); }
    std::vector<int>& log;
    int name;
    Timer timer;
};

MonoTime at(int ms) { return MonoTime(std::chrono::milliseconds(ms)); }

TEST(TimersTest, fires_what_is_due_in_order) {
    Timers timers;
    std::vector<int> log;
    std::deque<Alarm> alarms;
    for (int i = 0; i < 1000; ++i) {
        alarms.emplace_back(log, i);
        timers.set(alarms.back().timer, at((i * 37) % 1000));
    }
    for (int i = 0; i < 1000; i += 3) timers.cancel(alarms[size_t(i)].timer);
    timers.run_due(at(499));
    for (size_t i = 1; i < log.size(); ++i) {
        EXPECT_LT((log[i - 1] * 37) % 1000, (log[i] * 37) % 1000);
        EXPECT_NE(log[i] % 3, 0);
    }
    timers.run_due(at(1000));
    EXPECT_EQ(log.size(), 666u);
    EXPECT_FALSE(timers.next());
}

TEST(TimersTest, moves_a_timer_that_is_set_again) {
    Timers timers;
    std::vector<int> log;
    Alarm alarm(log, 1);
    timers.set(alarm.timer, at(10));
    timers.set(alarm.timer, at(20));
    timers.run_due(at(15));
    EXPECT_TRUE(log.empty());
    EXPECT_EQ(timers.next(), at(20));
    timers.run_due(at(20));
    EXPECT_EQ(log.size(), 1u);
    EXPECT_FALSE(alarm.timer.armed());
}

TEST(TimersTest, forgets_a_timer_that_is_destroyed) {
    Timers timers;
    std::vector<int> log;
    {
        Alarm alarm(log, 1);
        timers.set(alarm.timer, at(10));
    }
    EXPECT_EQ(timers.size(), 0u);
}

}  // namespace
}  // namespace sloth
