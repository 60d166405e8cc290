// A moment as a calendar and a clock show it somewhere, and the seconds since 1970 that it stands
// for. The proleptic Gregorian calendar, years 0 to 9999. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace sloth::text {

struct CivilTime {
    int year = 1970;
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int nanos = 0;
    int offset = 0;            // seconds east of UTC
    std::string zone = "UTC";  // the abbreviation: "CEST"

    bool operator==(const CivilTime&) const = default;
};

constexpr int64_t kFirstSecond = -62'167'219'200;  // 0000-01-01T00:00:00Z
constexpr int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z

// The clock of a place `offset` seconds east of UTC. `seconds` lies between the two above.
CivilTime to_civil(int64_t seconds, int nanos, int offset, std::string zone);

// Seconds since 1970, as its own offset says.
int64_t to_seconds(const CivilTime& time);

bool is_valid(const CivilTime& time);  // such a day and such an hour exist

int weekday(const CivilTime& time);   // 0 is Sunday
int year_day(const CivilTime& time);  // 1 is 1 January

struct IsoWeek {
    int year = 0;
    int week = 0;
};
IsoWeek iso_week(const CivilTime& time);  // ISO 8601: weeks begin on Monday

}  // namespace sloth::text
