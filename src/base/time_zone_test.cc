#include "base/time_zone.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

WallTime at(std::string_view text) { return parse_rfc3339(text).value(); }

LocalTime local(std::string_view text) {
    return LocalTime(at(std::string(text) + "Z").time_since_epoch());
}

TEST(TimeZone, knows_offsets_at_an_instant) {
    const TimeZone berlin = TimeZone::load("Europe/Berlin").value();
    const ZoneOffset winter = berlin.at(at("2026-01-15T12:00:00Z"));
    EXPECT_EQ(winter.offset, 1h);
    EXPECT_EQ(winter.abbreviation, "CET");
    EXPECT_FALSE(winter.daylight_saving);
    const ZoneOffset summer = berlin.at(at("2026-07-15T12:00:00Z"));
    EXPECT_EQ(summer.offset, 2h);
    EXPECT_EQ(summer.abbreviation, "CEST");
    EXPECT_TRUE(summer.daylight_saving);
    EXPECT_EQ(berlin.at(at("2026-03-29T00:59:59Z")).offset, 1h);
    EXPECT_EQ(berlin.at(at("2026-03-29T01:00:00Z")).offset, 2h);
    EXPECT_EQ(TimeZone::load("Asia/Kolkata")->at(at("2026-01-01T00:00:00Z")).offset, 5h + 30min);
    EXPECT_EQ(TimeZone::load("UTC")->at(at("2026-01-01T00:00:00Z")).abbreviation, "UTC");
}

TEST(TimeZone, tells_gaps_and_folds_of_local_time) {
    const TimeZone berlin = TimeZone::load("Europe/Berlin").value();
    const ZoneInstants usual = berlin.find(local("2026-07-15T12:00:00.25"));
    EXPECT_EQ(usual.reading, ClockReading::once);
    EXPECT_EQ(usual.before, at("2026-07-15T10:00:00.25Z"));
    EXPECT_EQ(usual.after, usual.before);

    const ZoneInstants gap = berlin.find(local("2026-03-29T02:30:00"));
    EXPECT_EQ(gap.reading, ClockReading::gap);
    EXPECT_EQ(gap.before, at("2026-03-29T01:30:00Z"));
    EXPECT_EQ(gap.change, at("2026-03-29T01:00:00Z"));
    EXPECT_EQ(gap.after, at("2026-03-29T00:30:00Z"));

    const ZoneInstants fold = berlin.find(local("2026-10-25T02:30:00"));
    EXPECT_EQ(fold.reading, ClockReading::fold);
    EXPECT_EQ(fold.before, at("2026-10-25T00:30:00Z"));
    EXPECT_EQ(fold.change, at("2026-10-25T01:00:00Z"));
    EXPECT_EQ(fold.after, at("2026-10-25T01:30:00Z"));
}

TEST(TimeZone, refuses_what_is_no_zone) {
    for (const char* name :
         {"", "Europe/Berlim", "../../../etc/passwd", "/etc/localtime", "Europe", "zone.tab",
          "tzdata.zi", "file:Europe/Berlin", "libc:UTC", "Europe/Berlin\n"}) {
        const auto zone = TimeZone::load(name);
        ASSERT_FALSE(zone) << name;
        EXPECT_EQ(zone.error().code, Code::not_found);
        EXPECT_FALSE(zone.error().hint.empty());
    }
    EXPECT_EQ(TimeZone::load("Mars/Phobos").error().message, "there is no time zone 'Mars/Phobos'");
}

}  // namespace
}  // namespace sloth
