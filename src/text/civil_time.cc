#include "text/civil_time.h"

#include <chrono>

namespace sloth::text {
namespace {

namespace chr = std::chrono;

constexpr int kMinute = 60;
constexpr int kHour = 3600;

chr::year_month_day date_of(const CivilTime& time) {
    return {chr::year(time.year), chr::month(static_cast<unsigned>(time.month)),
            chr::day(static_cast<unsigned>(time.day))};
}

chr::sys_days days_of(const CivilTime& time) { return chr::sys_days(date_of(time)); }

}  // namespace

CivilTime to_civil(int64_t seconds, int nanos, int offset, std::string zone) {
    const chr::sys_seconds shown{chr::seconds(seconds + offset)};
    const auto day = chr::floor<chr::days>(shown);
    const chr::year_month_day date(day);
    const auto clock = static_cast<int>((shown - day).count());
    CivilTime out;
    out.year = static_cast<int>(date.year());
    out.month = static_cast<int>(static_cast<unsigned>(date.month()));
    out.day = static_cast<int>(static_cast<unsigned>(date.day()));
    out.hour = clock / kHour;
    out.minute = clock % kHour / kMinute;
    out.second = clock % kMinute;
    out.nanos = nanos;
    out.offset = offset;
    out.zone = std::move(zone);
    return out;
}

int64_t to_seconds(const CivilTime& time) {
    const int64_t days = days_of(time).time_since_epoch().count();
    return days * 24 * kHour + time.hour * kHour + time.minute * kMinute + time.second -
           time.offset;
}

bool is_valid(const CivilTime& time) {
    const auto within = [](int value, int most) { return value >= 0 && value <= most; };
    return within(time.year, 9999) && within(time.month, 12) && within(time.day, 31) &&
           date_of(time).ok() && within(time.hour, 23) && within(time.minute, 59) &&
           within(time.second, 59) && within(time.nanos, 999'999'999);
}

int weekday(const CivilTime& time) {
    return static_cast<int>(chr::weekday(days_of(time)).c_encoding());
}

int year_day(const CivilTime& time) {
    const chr::sys_days first(chr::year(time.year) / chr::January / 1);
    return static_cast<int>((days_of(time) - first).count()) + 1;
}

// The week belongs to the year that its Thursday lies in.
IsoWeek iso_week(const CivilTime& time) {
    const int from_monday = (weekday(time) + 6) % 7;
    const chr::sys_days thursday = days_of(time) + chr::days(3 - from_monday);
    const chr::year year = chr::year_month_day(thursday).year();
    const auto days = (thursday - chr::sys_days(year / chr::January / 1)).count();
    return {static_cast<int>(year), static_cast<int>(days / 7) + 1};
}

}  // namespace sloth::text
