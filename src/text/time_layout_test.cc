// What Go's layouts give was compared with Go 1.26, and strftime's with glibc.
#include "text/time_layout.h"

#include <gtest/gtest.h>

#include "text/duration.h"

namespace sloth::text {
namespace {

using namespace std::chrono_literals;

// Friday 2026-01-09 07:05:03.045 in a place at UTC+01:00.
const CivilTime kTime = to_civil(1'767'938'703, 45'000'000, 3600, "CET");

std::string shown(std::string_view layout) {
    const Result<std::string> text = format_time(kTime, layout);
    return text ? *text : "error: " + text.error().message;
}

// "2026-01-09T06:05:03.045+01:00", or "error: ...".
std::string parsed(std::string_view text, std::string_view layout) {
    const Result<ParsedTime> got = parse_time(text, layout);
    if (!got) return "error: " + got.error().message;
    return format_go_time(got->time, got->has_offset ? "2006-01-02T15:04:05.999999999-07:00"
                                                     : "2006-01-02T15:04:05.999999999");
}

TEST(CivilTime, goes_both_ways) {
    for (const int64_t seconds : {int64_t{0}, int64_t{-1}, int64_t{1'767'938'703}, kFirstSecond,
                                  kLastSecond, int64_t{951'782'400}})
        EXPECT_EQ(to_seconds(to_civil(seconds, 0, 0, "UTC")), seconds);
    EXPECT_EQ(kTime.hour, 7);
    EXPECT_EQ(weekday(kTime), 5);
    EXPECT_EQ(year_day({.year = 2024, .month = 12, .day = 31}), 366);
    EXPECT_EQ(iso_week({.year = 2027, .month = 1, .day = 3}).week, 53);
    EXPECT_EQ(iso_week({.year = 2027, .month = 1, .day = 3}).year, 2026);
    EXPECT_FALSE(is_valid({.year = 2026, .month = 2, .day = 29}));
    EXPECT_TRUE(is_valid({.year = 2024, .month = 2, .day = 29}));
    EXPECT_FALSE(is_valid({.year = 2026, .month = 0, .day = 1}));
}

TEST(GoLayout, formats_every_part) {
    EXPECT_EQ(shown("2006-01-02T15:04:05Z07:00"), "2026-01-09T07:05:03+01:00");
    EXPECT_EQ(shown("Monday, January 2 2006 3:4:5 PM MST"), "Friday, January 9 2026 7:5:3 AM CET");
    EXPECT_EQ(shown("Mon Jan _2 15:04:05 06 pm -0700 -07"), "Fri Jan  9 07:05:03 26 am +0100 +01");
    EXPECT_EQ(shown("002 __2 1 01 03"), "009   9 1 01 07");
    EXPECT_EQ(shown("05.000 05.999 05,0 05.000000000 .99"), "03.045 03.045 03,0 03.045000000 .04");
    EXPECT_EQ(shown("_2006 Month Jane x"), "_2026 Month Jane x");
    EXPECT_EQ(shown("Kitchen"), "7:05AM");
    EXPECT_EQ(shown("RFC1123Z"), "Fri, 09 Jan 2026 07:05:03 +0100");
    EXPECT_EQ(format_go_time(to_civil(0, 0, 0, "UTC"), "15:04Z07:00 Z0700 -07:00 MST"),
              "00:00Z Z +00:00 UTC");
}

TEST(GoLayout, reads_what_it_writes) {
    EXPECT_EQ(parsed("2026-01-09T07:05:03.045+01:00", "RFC3339"), "2026-01-09T07:05:03.045+01:00");
    EXPECT_EQ(parsed("2026-01-09T07:05:03Z", "RFC3339"), "2026-01-09T07:05:03+00:00");
    EXPECT_EQ(parsed("Fri, 09 Jan 2026 07:05:03 EST", "RFC1123"), "2026-01-09T07:05:03-05:00");
    EXPECT_EQ(parsed("jan 9, 26 at 3:04pm", "Jan 2, 06 at 3:04pm"), "2026-01-09T15:04:00");
    EXPECT_EQ(parsed("12:00AM", "Kitchen"), "1970-01-01T00:00:00");
    EXPECT_EQ(parsed("2024-060", "2006-002"), "2024-02-29T00:00:00");
    EXPECT_EQ(parsed("Fri Jan  9 07:05:03 2026", "ANSIC"), "2026-01-09T07:05:03");
    EXPECT_EQ(parsed("2026-02-29", "2006-01-02"),
              "error: '2026-02-29': there is no such day or hour");
    EXPECT_EQ(parsed("13:00PM", "03:04PM"), "error: '13:00PM': there is no hour 13");
    EXPECT_EQ(parsed("2026/01/09", "2006-01-02"),
              "error: '2026/01/09' does not fit the layout '2006-01-02' from character 5 on");
    EXPECT_EQ(parsed("2026-01-09 x", "2006-01-02"),
              "error: '2026-01-09 x' goes on behind the layout: ' x'");
    EXPECT_EQ(parsed("07:05 XYZ", "15:04 MST"),
              "error: '07:05 XYZ' does not fit the layout '15:04 MST' from character 7 on");
    EXPECT_EQ(parsed("", "2006"), "error: '' does not fit the layout '2006' from character 1 on");
}

TEST(Strftime, formats_every_conversion) {
    EXPECT_EQ(shown("%Y-%m-%d %H:%M:%S"), "2026-01-09 07:05:03");
    EXPECT_EQ(shown("%a %A %b %B %h %p %P"), "Fri Friday Jan January Jan AM am");
    EXPECT_EQ(shown("%c|%D|%F|%r|%R|%T|%x|%X"),
              "Fri Jan  9 07:05:03 2026|01/09/26|2026-01-09|07:05:03 AM|07:05|07:05:03|01/09/26|"
              "07:05:03");
    EXPECT_EQ(shown("%C %y %e %j %k %l %I %u %w"), "20 26  9 009  7  7 07 5 5");
    EXPECT_EQ(shown("%G %g %V %U %W"), "2026 26 02 01 01");
    EXPECT_EQ(shown("%s %f %L %N"), "1767938703 045000 045 045000000");
    EXPECT_EQ(shown("%z %:z %Z %%%n%t"), "+0100 +01:00 CET %\n\t");
    EXPECT_EQ(shown("%-d.%-m. %_H %0e %Ey %Od"), "9.1.  7 09 26 09");
    EXPECT_EQ(shown("%Q"), "error: the layout has %Q, which means nothing");
    EXPECT_EQ(shown("50%"), "error: the layout ends in %; %% is a percent");
}

TEST(Strftime, reads_what_it_writes) {
    EXPECT_EQ(parsed("2026-01-09 07:05:03", "%F %T"), "2026-01-09T07:05:03");
    EXPECT_EQ(parsed("9 january 2026, 7:05 PM", "%e %B %Y, %I:%M %p"), "2026-01-09T19:05:00");
    EXPECT_EQ(parsed("2026-01-09T07:05:03.25+0530", "%Y-%m-%dT%H:%M:%S.%f%z"),
              "2026-01-09T07:05:03.25+05:30");
    EXPECT_EQ(parsed("1767938703", "%s"), "2026-01-09T06:05:03+00:00");
    EXPECT_EQ(parsed("-1", "%s"), "1969-12-31T23:59:59+00:00");
    EXPECT_EQ(parsed("Fri   Jan  9", "%a %b %d"), "1970-01-09T00:00:00");
    EXPECT_EQ(parsed("100%", "%j%%"), "1970-04-10T00:00:00");
    EXPECT_EQ(parsed("25:00", "%H:%M"), "error: '25:00': there is no such day or hour");
    EXPECT_EQ(parsed("x", "%V"), "error: the layout has %V, which means nothing");
    EXPECT_EQ(parsed("99999999999999", "%s"),
              "error: '99999999999999' lies outside of the years 0 to 9999");
    EXPECT_EQ(parsed("2026-01", "%Y-%m-%d"),
              "error: '2026-01' does not fit the layout '%Y-%m-%d' from character 8 on");
}

TEST(GoDuration, goes_both_ways) {
    const std::pair<const char*, const char*> cases[] = {{"1h30m", "1h30m0s"},
                                                         {"1.5s", "1.5s"},
                                                         {"250ms", "250ms"},
                                                         {"-2h45m", "-2h45m0s"},
                                                         {"0", "0s"},
                                                         {"1500us", "1.5ms"},
                                                         {"7ns", "7ns"},
                                                         {"2d", "48h0m0s"},
                                                         {"1w", "168h0m0s"},
                                                         {".5m", "30s"},
                                                         {"+3s", "3s"},
                                                         {"1m1h", "1h1m0s"},
                                                         {"90\u00b5s", "90\u00b5s"}};
    for (const auto& [text, shown] : cases)
        EXPECT_EQ(format_go_duration(parse_go_duration(text).value()), shown) << text;
    EXPECT_EQ(parse_go_duration("1h30m").value(), 90min);
    for (const char* bad : {"", "1", "-", "h", "1x", "1 h", "1h ", "1.h.", ".s", "1hh", "--1s"})
        EXPECT_FALSE(parse_go_duration(bad)) << bad;
    EXPECT_EQ(parse_go_duration("9999999h").error().message, "the duration '9999999h' is too long");
    EXPECT_EQ(parse_go_duration("5").error().message,
              "'5' is no duration: write 1h30m, 1.5s or 250ms");
}

}  // namespace
}  // namespace sloth::text
