#include "watch/alarm.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

using Edge = Alarm::Edge;

MonoTime at(Micros time) { return MonoTime(time); }

TEST(AlarmTest, rings_once_on_the_way_up_and_once_on_the_way_down) {
    const AlarmLine line{.threshold = 80};
    Alarm alarm;
    EXPECT_EQ(alarm.take(line, 50, at(0s)), Edge::none);
    EXPECT_EQ(alarm.take(line, 80, at(1s)), Edge::none) << "the line itself is not beyond";
    EXPECT_EQ(alarm.take(line, 81, at(2s)), Edge::raised);
    EXPECT_FALSE(alarm.initial());
    EXPECT_EQ(alarm.take(line, 99, at(3s)), Edge::none);
    EXPECT_EQ(alarm.take(line, 80, at(4s)), Edge::cleared);
    EXPECT_EQ(alarm.take(line, 10, at(5s)), Edge::none);
}

TEST(AlarmTest, marks_what_was_beyond_from_the_first_reading_on) {
    Alarm alarm;
    EXPECT_EQ(alarm.take({.threshold = 80}, 90, at(0s)), Edge::raised);
    EXPECT_TRUE(alarm.initial());
}

TEST(AlarmTest, does_not_ring_again_for_a_number_that_trembles_at_the_line) {
    const AlarmLine line{.threshold = 80, .hysteresis = 5};
    Alarm alarm(false);
    EXPECT_EQ(alarm.take(line, 81, at(0s)), Edge::raised);
    for (const double value : {79.0, 81.0, 76.0, 90.0}) {
        EXPECT_EQ(alarm.take(line, value, at(1s)), Edge::none);
    }
    EXPECT_EQ(alarm.take(line, 75, at(2s)), Edge::cleared);
}

TEST(AlarmTest, looks_down_for_below) {
    const AlarmLine line{.below = true, .threshold = 10, .hysteresis = 2};
    Alarm alarm(false);
    EXPECT_EQ(alarm.take(line, 10, at(0s)), Edge::none);
    EXPECT_EQ(alarm.take(line, 9, at(0s)), Edge::raised);
    EXPECT_EQ(alarm.take(line, 11.9, at(0s)), Edge::none);
    EXPECT_EQ(alarm.take(line, 12, at(0s)), Edge::cleared);
}

TEST(AlarmTest, waits_until_it_has_been_beyond_for_long_enough) {
    const AlarmLine line{.threshold = 80, .held_for = 10s};
    Alarm alarm;
    EXPECT_EQ(alarm.take(line, 90, at(0s)), Edge::none);
    EXPECT_EQ(alarm.due(line), at(10s));
    EXPECT_EQ(alarm.take(line, 70, at(5s)), Edge::none) << "a moment of rest starts it anew";
    EXPECT_FALSE(alarm.due(line));
    EXPECT_EQ(alarm.take(line, 90, at(6s)), Edge::none);
    EXPECT_EQ(alarm.take(line, 90, at(15s)), Edge::none);
    EXPECT_EQ(alarm.take(line, 90, at(16s)), Edge::raised);
    EXPECT_FALSE(alarm.initial());
}

TEST(AlarmTest, goes_on_from_what_was_stored) {
    Alarm raised(true);
    EXPECT_EQ(raised.take({.threshold = 80}, 90, at(0s)), Edge::none);
    EXPECT_EQ(raised.take({.threshold = 80}, 70, at(1s)), Edge::cleared);
    Alarm normal(false);
    EXPECT_EQ(normal.take({.threshold = 80}, 90, at(0s)), Edge::raised);
    EXPECT_FALSE(normal.initial());
}

TEST(AlarmTest, has_a_hysteresis_of_a_twentieth_where_none_is_given) {
    WatcherSpec spec{.type = "cpu", .conditions = {"above"}, .threshold = 80};
    EXPECT_EQ(AlarmLine::of(spec).hysteresis, 4);
    spec.hysteresis = 0;
    EXPECT_EQ(AlarmLine::of(spec).hysteresis, 0);
}

}  // namespace
}  // namespace sloth
