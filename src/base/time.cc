#include "base/time.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <ctime>
#include <limits>

namespace sloth {
namespace {

struct Unit {
    std::string_view name;
    int64_t micros;
};

// From large to small, which is also the order in which they may follow one another.
constexpr std::array<Unit, 7> kUnits{{
    {"w", 7LL * 24 * 3600 * 1'000'000},
    {"d", 24LL * 3600 * 1'000'000},
    {"h", 3600LL * 1'000'000},
    {"m", 60LL * 1'000'000},
    {"s", 1'000'000},
    {"ms", 1'000},
    {"us", 1},
}};

// Reads exactly `digits` digits at `pos`; -1 if they are not there.
int read_digits(std::string_view text, size_t& pos, size_t digits) {
    if (text.size() < pos + digits) return -1;
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
        const char c = text[pos + i];
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    pos += digits;
    return value;
}

bool skip(std::string_view text, size_t& pos, std::string_view any_of) {
    if (pos >= text.size() || any_of.find(text[pos]) == std::string_view::npos) return false;
    ++pos;
    return true;
}

// The fraction after the seconds, in microseconds. Digits beyond the sixth are cut.
bool read_fraction(std::string_view text, size_t& pos, int64_t& micros) {
    micros = 0;
    if (!skip(text, pos, ".")) return true;
    int64_t scale = 100'000;
    const size_t begin = pos;
    while (pos < text.size() && text[pos] >= '0' && text[pos] <= '9') {
        micros += (text[pos] - '0') * scale;
        scale /= 10;
        ++pos;
    }
    return pos > begin;
}

bool read_offset(std::string_view text, size_t& pos, int64_t& minutes) {
    minutes = 0;
    if (skip(text, pos, "Zz")) return true;
    if (pos >= text.size() || (text[pos] != '+' && text[pos] != '-')) return false;
    const int sign = text[pos] == '-' ? -1 : 1;
    ++pos;
    const int hours = read_digits(text, pos, 2);
    if (hours < 0 || !skip(text, pos, ":")) return false;
    const int mins = read_digits(text, pos, 2);
    if (mins < 0 || hours > 23 || mins > 59) return false;
    minutes = sign * (hours * 60 + mins);
    return true;
}

std::unexpected<Error> bad_duration(std::string_view text) {
    return fail_with({Code::invalid, fmt::format("'{}' is not a duration", text),
                      "write a number with a unit, for example 250ms, 10s, 1h30m or 720h"});
}

}  // namespace

std::string format_rfc3339(WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::string out =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int(date.year()), unsigned(date.month()),
                    unsigned(date.day()), clock.hours().count(), clock.minutes().count(),
                    clock.seconds().count());
    if (const auto fraction = clock.subseconds().count(); fraction != 0) {
        out += fmt::format(".{:06}", fraction);
        while (out.back() == '0') out.pop_back();
    }
    return out + 'Z';
}

Result<WallTime> parse_rfc3339(std::string_view text) {
    namespace chr = std::chrono;
    size_t pos = 0;
    int64_t fraction = 0;
    int64_t offset = 0;
    const int year = read_digits(text, pos, 4);
    bool ok = year >= 0 && skip(text, pos, "-");
    const int month = ok ? read_digits(text, pos, 2) : -1;
    ok = month > 0 && skip(text, pos, "-");
    const int day = ok ? read_digits(text, pos, 2) : -1;
    ok = day > 0 && skip(text, pos, "Tt ");
    const int hour = ok ? read_digits(text, pos, 2) : -1;
    ok = hour >= 0 && skip(text, pos, ":");
    const int minute = ok ? read_digits(text, pos, 2) : -1;
    ok = minute >= 0 && skip(text, pos, ":");
    const int second = ok ? read_digits(text, pos, 2) : -1;
    ok = second >= 0 && read_fraction(text, pos, fraction) && read_offset(text, pos, offset) &&
         pos == text.size() && hour < 24 && minute < 60 && second < 61;
    const chr::year_month_day date{chr::year(year), chr::month(unsigned(month)),
                                   chr::day(unsigned(day))};
    if (!ok || !date.ok()) {
        return fail_with({Code::invalid, fmt::format("'{}' is not a time", text),
                          "write it as RFC 3339, for example 2026-11-23T14:25:07Z"});
    }
    return WallTime(chr::sys_days(date)) + chr::hours(hour) + chr::minutes(minute) +
           chr::seconds(second) + Micros(fraction) - chr::minutes(offset);
}

std::string format_local(WallTime time) {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    localtime_r(&seconds, &parts);
    std::array<char, 32> buffer{};
    const size_t size = std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M:%S", &parts);
    return {buffer.data(), size};
}

Result<Micros> parse_duration(std::string_view text) {
    int64_t total = 0;
    size_t pos = 0;
    size_t next_unit = 0;  // units must fall: "30m1h" is a typing error more often than a wish
    while (pos < text.size()) {
        int64_t value = 0;
        const auto [end, ec] = std::from_chars(text.data() + pos, text.data() + text.size(), value);
        if (ec != std::errc() || value < 0) return bad_duration(text);
        pos = size_t(end - text.data());
        size_t letters = 0;
        while (pos + letters < text.size() && text[pos + letters] >= 'a' &&
               text[pos + letters] <= 'z')
            ++letters;
        const std::string_view name = text.substr(pos, letters);
        while (next_unit < kUnits.size() && kUnits[next_unit].name != name) ++next_unit;
        if (next_unit == kUnits.size()) return bad_duration(text);
        const int64_t unit = kUnits[next_unit++].micros;
        if (value > (std::numeric_limits<int64_t>::max() - total) / unit) return bad_duration(text);
        total += value * unit;
        pos += letters;
    }
    if (text.empty()) return bad_duration(text);
    return Micros(total);
}

std::string format_duration(Micros duration) {
    int64_t rest = duration.count();
    if (rest == 0) return "0s";
    std::string out;
    for (const Unit& unit : kUnits) {
        if (unit.name == "w" || unit.name == "d") continue;  // "720h", as it was typed, not "4w2d"
        if (const int64_t count = rest / unit.micros; count > 0) {
            out += fmt::format("{}{}", count, unit.name);
            rest %= unit.micros;
        }
    }
    return out;
}

}  // namespace sloth
