#include "text/time_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace sloth::text {
namespace {

constexpr int kHour = 3600;
constexpr int kMinute = 60;

struct ZoneName {
    std::string_view name;
    int hours;
};

// Abbreviations that mean one thing everywhere, or that RFC 822 fixes.
constexpr ZoneName kZoneNames[] = {
    {"CDT", -5}, {"CEST", 2}, {"CET", 1},  {"CST", -6}, {"EDT", -4}, {"EST", -5}, {"GMT", 0},
    {"MDT", -6}, {"MST", -7}, {"PDT", -7}, {"PST", -8}, {"UT", 0},   {"UTC", 0},  {"Z", 0},
};
static_assert(std::ranges::is_sorted(kZoneNames, {}, &ZoneName::name));

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool begins_with(std::string_view text, std::string_view word) {
    return text.size() >= word.size() &&
           std::ranges::equal(text.substr(0, word.size()), word, {}, lower, lower);
}

}  // namespace

std::string offset_text(int offset, int parts, bool colons) {
    const int size = std::abs(offset);
    const std::string_view colon = colons ? ":" : "";
    std::string out = fmt::format("{}{:02}", offset < 0 ? '-' : '+', size / kHour);
    if (parts > 1) out += fmt::format("{}{:02}", colon, size % kHour / kMinute);
    if (parts > 2) out += fmt::format("{}{:02}", colon, size % kMinute);
    return out;
}

bool FieldReader::number(int& out, size_t least_digits, size_t most_digits) {
    size_t size = 0;
    int value = 0;
    while (size < most_digits && size < rest_.size() && is_digit(rest_[size]))
        value = value * 10 + (rest_[size++] - '0');
    if (size < least_digits) return false;
    rest_.remove_prefix(size);
    out = value;
    return true;
}

bool FieldReader::name(int& out, std::span<const std::string_view> names, bool whole) {
    for (size_t i = 0; i < names.size(); ++i) {
        const std::string_view wanted = whole ? names[i] : names[i].substr(0, kShortName);
        if (!begins_with(rest_, wanted)) continue;
        rest_.remove_prefix(wanted.size());
        out = static_cast<int>(i);
        return true;
    }
    return false;
}

bool FieldReader::half_of_day() {
    afternoon = begins_with(rest_, "pm");
    if (!afternoon && !begins_with(rest_, "am")) return false;
    rest_.remove_prefix(2);
    return true;
}

bool FieldReader::fraction(size_t least_digits) {
    size_t size = 0;
    int nanos = 0;
    int scale = 100'000'000;
    for (; size < rest_.size() && is_digit(rest_[size]); ++size, scale /= 10)
        nanos += (rest_[size] - '0') * scale;
    if (size < least_digits) return false;
    rest_.remove_prefix(size);
    time.nanos = nanos;
    return true;
}

bool FieldReader::offset(bool colons_too) {
    if (rest_.empty() || (rest_.front() != '+' && rest_.front() != '-')) return false;
    const int sign = rest_.front() == '-' ? -1 : 1;
    rest_.remove_prefix(1);
    int parts[3] = {0, 0, 0};
    if (!number(parts[0], 2, 2)) return false;
    for (int i = 1; i < 3; ++i) {
        const bool colon = colons_too && rest_.starts_with(':');
        if (colon) rest_.remove_prefix(1);
        if (!number(parts[i], 2, 2)) {
            if (colon) return false;
            break;
        }
    }
    if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return false;
    time.offset = sign * (parts[0] * kHour + parts[1] * kMinute + parts[2]);
    time.zone = offset_text(time.offset, 2, true);
    has_offset = true;
    return true;
}

bool FieldReader::zulu() {
    if (!rest_.starts_with('Z')) return false;
    rest_.remove_prefix(1);
    time.offset = 0;
    time.zone = "UTC";
    has_offset = true;
    return true;
}

bool FieldReader::zone_name() {
    size_t size = 0;
    while (size < rest_.size() && rest_[size] >= 'A' && rest_[size] <= 'Z') ++size;
    const std::string_view word = rest_.substr(0, size);
    const auto* found = std::ranges::lower_bound(kZoneNames, word, {}, &ZoneName::name);
    if (found == std::end(kZoneNames) || found->name != word) return false;
    rest_.remove_prefix(size);
    time.offset = found->hours * kHour;
    time.zone = found->hours == 0 ? "UTC" : std::string(word);
    has_offset = true;
    return true;
}

// A run of blanks is as good as another.
bool FieldReader::literal(std::string_view text) {
    while (!text.empty()) {
        if (text.front() == ' ' && (rest_.empty() || rest_.front() == ' ')) {
            text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
            rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
            continue;
        }
        if (!rest_.starts_with(text.front())) return false;
        text.remove_prefix(1);
        rest_.remove_prefix(1);
    }
    return true;
}

bool FieldReader::blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n\r"), rest_.size()));
    return true;
}

bool FieldReader::skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
}

std::unexpected<Error> FieldReader::does_not_fit(std::string_view layout) const {
    return fail(Code::invalid, "'{:.60}' does not fit the layout '{:.60}' from character {} on",
                all_, layout, all_.size() - rest_.size() + 1);
}

Result<ParsedTime> FieldReader::finish() {
    if (!rest_.empty())
        return fail(Code::invalid, "'{:.60}' goes on behind the layout: '{:.20}'", all_, rest_);
    if (seconds) {
        if (*seconds < kFirstSecond || *seconds > kLastSecond)
            return fail(Code::invalid, "'{:.60}' lies outside of the years 0 to 9999", all_);
        return ParsedTime{to_civil(*seconds, time.nanos, 0, "UTC"), true};
    }
    if (hour12) {
        if (*hour12 < 1 || *hour12 > 12)
            return fail(Code::invalid, "'{:.60}': there is no hour {}", all_, *hour12);
        time.hour = *hour12 % 12 + (afternoon ? 12 : 0);
    }
    if (!is_valid(time)) return fail(Code::invalid, "'{:.60}': there is no such day or hour", all_);
    if (day_of_year) {
        const CivilTime last{.year = time.year, .month = 12, .day = 31};
        if (*day_of_year < 1 || *day_of_year > year_day(last))
            return fail(Code::invalid, "'{:.60}': there is no day {} of the year", all_,
                        *day_of_year);
        const CivilTime first{.year = time.year};
        const CivilTime day =
            to_civil(to_seconds(first) + (*day_of_year - 1) * 24LL * kHour, 0, 0, "");
        time.month = day.month;
        time.day = day.day;
    }
    return ParsedTime{time, has_offset};
}

}  // namespace sloth::text
