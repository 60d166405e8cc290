#include "base/time.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(Duration, reads_what_people_write) {
    EXPECT_EQ(parse_duration("250ms"), Micros(250ms));
    EXPECT_EQ(parse_duration("10s"), Micros(10s));
    EXPECT_EQ(parse_duration("1h30m"), Micros(90min));
    EXPECT_EQ(parse_duration("720h"), Micros(720h));
    EXPECT_EQ(parse_duration("2d"), Micros(48h));
}

TEST(Duration, refuses_what_could_mean_two_things) {
    for (const auto* text : {"", "10", "s", "-1s", "1.5s", "30m1h", "1h 30m",
                             "99999999999999999999s", "9223372036854775807h"}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
}

TEST(Duration, formats_to_what_it_reads_back) {
    for (const auto* text : {"0s", "250ms", "10s", "1h30m", "720h", "1s500ms", "7us"}) {
        EXPECT_EQ(format_duration(*parse_duration(text)), text);
    }
}

TEST(Rfc3339, round_trips_microseconds) {
    const auto t = parse_rfc3339("2026-11-23T14:25:07.123456Z");
    ASSERT_TRUE(t);
    EXPECT_EQ(format_rfc3339(*t), "2026-11-23T14:25:07.123456Z");
    EXPECT_EQ(format_rfc3339(*parse_rfc3339("2026-11-23T16:25:07+02:00")), "2026-11-23T14:25:07Z");
}

TEST(Rfc3339, refuses_dates_that_do_not_exist) {
    for (const auto* text : {"2026-02-30T00:00:00Z", "2026-11-23", "2026-11-23T25:00:00Z",
                             "yesterday", "2026-11-23T14:25:07"}) {
        EXPECT_FALSE(parse_rfc3339(text)) << text;
    }
}

TEST(Rfc3339, reads_offsets_fractions_and_dates_before_1970) {
    EXPECT_EQ(format_rfc3339(WallTime(Micros(0))), "1970-01-01T00:00:00Z");
    EXPECT_EQ(format_rfc3339(WallTime(Micros(-1))), "1969-12-31T23:59:59.999999Z");
    EXPECT_EQ(format_rfc3339(*parse_rfc3339("2026-11-23 00:10:00.1-00:30")),
              "2026-11-23T00:40:00.1Z");
    EXPECT_EQ(format_rfc3339(*parse_rfc3339("2024-02-29t12:00:00.123456789z")),
              "2024-02-29T12:00:00.123456Z");
}

TEST(LocalTime, is_for_people) {
    EXPECT_EQ(format_local(WallTime(Micros(0))).size(), std::string("1970-01-01 00:00:00").size());
}

TEST(WallTime, round_trips_through_the_stores_microseconds) {
    EXPECT_EQ(to_micros(from_micros(1'763'900'000'123'456)), 1'763'900'000'123'456);
}

}  // namespace
}  // namespace sloth
