// Layouts with % conversions, as strftime of C has them in its own locale, with those of others
// that are widely known: %f microseconds, %L milliseconds, %N nanoseconds, %:z with a colon, and
// the flags - (no filling), _ (blanks) and 0.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "text/time_fields.h"

namespace sloth::text {
namespace {

// What some conversions stand for.
std::string_view expansion(char letter) {
    switch (letter) {
        case 'c':
            return "%a %b %e %H:%M:%S %Y";
        case 'D':
        case 'x':
            return "%m/%d/%y";
        case 'F':
            return "%Y-%m-%d";
        case 'R':
            return "%H:%M";
        case 'r':
            return "%I:%M:%S %p";
        case 'T':
        case 'X':
            return "%H:%M:%S";
        default:
            return {};
    }
}

struct Conversion {
    char letter = 0;
    char flag = 0;
    bool colon = false;
};

// Takes what follows a %; letter 0 if there is nothing.
Conversion take_conversion(std::string_view& rest) {
    Conversion out;
    const auto take = [&] {
        const char c = rest.front();
        rest.remove_prefix(1);
        return c;
    };
    if (!rest.empty() && (rest[0] == '-' || rest[0] == '_' || rest[0] == '0')) out.flag = take();
    if (!rest.empty() && (rest[0] == 'E' || rest[0] == 'O')) take();  // the C locale has no others
    if (rest.starts_with(":z")) out.colon = take() == ':';
    if (!rest.empty()) out.letter = take();
    return out;
}

std::unexpected<Error> unknown(const Conversion& conversion) {
    if (conversion.letter == 0) return fail(Code::invalid, "the layout ends in %; %% is a percent");
    return fail(Code::invalid, "the layout has %{}, which means nothing", conversion.letter);
}

struct Number {
    int64_t value = 0;
    int width = 2;
    char fill = '0';
};

int to_hour12(int hour) { return hour % 12 == 0 ? 12 : hour % 12; }

// Weeks that begin on `first` (0 is Sunday), counted from the first such day of the year.
int week_of_year(const CivilTime& time, int first) {
    return (year_day(time) - 1 + 7 - (weekday(time) + 7 - first) % 7) / 7;
}

std::optional<Number> date_number(const CivilTime& time, char letter) {
    switch (letter) {
        case 'Y':
            return Number{time.year, 4, '0'};
        case 'C':
            return Number{time.year / 100};
        case 'y':
            return Number{time.year % 100};
        case 'm':
            return Number{time.month};
        case 'd':
            return Number{time.day};
        case 'e':
            return Number{time.day, 2, ' '};
        case 'j':
            return Number{year_day(time), 3, '0'};
        case 'u':
            return Number{(weekday(time) + 6) % 7 + 1, 1};
        case 'w':
            return Number{weekday(time), 1};
        case 'G':
            return Number{iso_week(time).year, 4, '0'};
        case 'g':
            return Number{iso_week(time).year % 100};
        case 'V':
            return Number{iso_week(time).week};
        case 'U':
            return Number{week_of_year(time, 0)};
        case 'W':
            return Number{week_of_year(time, 1)};
        default:
            return std::nullopt;
    }
}

std::optional<Number> number_of(const CivilTime& time, char letter) {
    switch (letter) {
        case 'H':
            return Number{time.hour};
        case 'k':
            return Number{time.hour, 2, ' '};
        case 'I':
            return Number{to_hour12(time.hour)};
        case 'l':
            return Number{to_hour12(time.hour), 2, ' '};
        case 'M':
            return Number{time.minute};
        case 'S':
            return Number{time.second};
        case 's':
            return Number{to_seconds(time), 1};
        case 'f':
            return Number{time.nanos / 1000, 6, '0'};
        case 'L':
            return Number{time.nanos / 1'000'000, 3, '0'};
        case 'N':
            return Number{time.nanos, 9, '0'};
        default:
            return date_number(time, letter);
    }
}

std::string_view text_of(const CivilTime& time, char letter) {
    const std::string_view month = kMonths[static_cast<size_t>(time.month) - 1];
    const std::string_view day = kWeekdays[static_cast<size_t>(weekday(time))];
    switch (letter) {
        case 'A':
            return day;
        case 'a':
            return day.substr(0, kShortName);
        case 'B':
            return month;
        case 'b':
        case 'h':
            return month.substr(0, kShortName);
        case 'p':
            return time.hour < 12 ? "AM" : "PM";
        case 'P':
            return time.hour < 12 ? "am" : "pm";
        case 'Z':
            return time.zone;
        case 'n':
            return "\n";
        case 't':
            return "\t";
        case '%':
            return "%";
        default:
            return {};
    }
}

std::string filled(Number number, char flag) {
    if (flag == '-') return std::to_string(number.value);
    if (flag == '_') number.fill = ' ';
    if (flag == '0') number.fill = '0';
    return number.fill == '0' ? fmt::format("{:0{}}", number.value, number.width)
                              : fmt::format("{:{}}", number.value, number.width);
}

bool read_date(FieldReader& in, char letter) {
    int number = 0;
    switch (letter) {
        case 'Y':
            return in.number(in.time.year, 4, 4);
        case 'y':
            if (!in.number(number, 1, 2)) return false;
            in.time.year = number + (number >= 69 ? 1900 : 2000);
            return true;
        case 'm':
            return in.number(in.time.month, 1, 2);
        case 'd':
        case 'e':
            in.blanks();
            return in.number(in.time.day, 1, 2);
        case 'j':
            if (!in.number(number, 1, 3)) return false;
            in.day_of_year = number;
            return true;
        case 'A':
        case 'a':
            return in.name(number, kWeekdays, true) || in.name(number, kWeekdays, false);
        case 'B':
        case 'b':
        case 'h':
            if (!in.name(number, kMonths, true) && !in.name(number, kMonths, false)) return false;
            in.time.month = number + 1;
            return true;
        default:
            return false;
    }
}

bool read_seconds_since_1970(FieldReader& in) {
    const std::string_view rest = in.rest();
    int64_t value = 0;
    const auto [stop, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (problem != std::errc()) return false;
    in.seconds = value;
    return in.literal(rest.substr(0, static_cast<size_t>(stop - rest.data())));
}

bool read_part(FieldReader& in, char letter) {
    int number = 0;
    switch (letter) {
        case 'H':
        case 'k':
            in.blanks();
            return in.number(in.time.hour, 1, 2);
        case 'I':
        case 'l':
            in.blanks();
            if (!in.number(number, 1, 2)) return false;
            in.hour12 = number;
            return true;
        case 'M':
            return in.number(in.time.minute, 1, 2);
        case 'S':
            return in.number(in.time.second, 1, 2);
        case 's':
            return read_seconds_since_1970(in);
        case 'f':
        case 'L':
        case 'N':
            return in.fraction(1);
        case 'p':
        case 'P':
            return in.half_of_day();
        case 'z':
            return in.zulu() || in.offset(true);
        case 'Z':
            return in.zone_name();
        case 'n':
        case 't':
            return in.blanks();
        case '%':
            return in.skip('%');
        default:
            return read_date(in, letter);
    }
}

// Conversions that say nothing that could be read back: the week, the century...
bool is_readable(char letter) {
    return std::string_view("YymdejAaBbhHkIlMSsfLNpPzZnt%").find(letter) != std::string_view::npos;
}

Result<void> read(FieldReader& in, std::string_view pattern, std::string_view whole) {
    while (!pattern.empty()) {
        const char c = pattern.front();
        pattern.remove_prefix(1);
        if (c == ' ' || c == '\t' || c == '\n') {
            in.blanks();
        } else if (c != '%') {
            if (!in.skip(c)) return in.does_not_fit(whole);
        } else {
            const Conversion conversion = take_conversion(pattern);
            if (const std::string_view inner = expansion(conversion.letter); !inner.empty()) {
                SLOTH_TRY_VOID(read(in, inner, whole));
                continue;
            }
            if (!is_readable(conversion.letter)) return unknown(conversion);
            if (!read_part(in, conversion.letter)) return in.does_not_fit(whole);
        }
    }
    return {};
}

}  // namespace

Result<std::string> format_strftime(const CivilTime& time, std::string_view pattern) {
    std::string out;
    while (!pattern.empty()) {
        const size_t percent = std::min(pattern.find('%'), pattern.size());
        out.append(pattern.substr(0, percent));
        pattern.remove_prefix(percent);
        if (pattern.empty()) break;
        pattern.remove_prefix(1);
        const Conversion conversion = take_conversion(pattern);
        if (const std::string_view inner = expansion(conversion.letter); !inner.empty()) {
            SLOTH_TRY(const std::string text, format_strftime(time, inner));
            out += text;
        } else if (const auto number = number_of(time, conversion.letter)) {
            out += filled(*number, conversion.flag);
        } else if (conversion.letter == 'z') {
            out += offset_text(time.offset, 2, conversion.colon);
        } else if (const std::string_view text = text_of(time, conversion.letter); !text.empty()) {
            out.append(text);
        } else if (conversion.letter != 'Z') {
            return unknown(conversion);
        }
    }
    return out;
}

Result<ParsedTime> parse_strftime(std::string_view text, std::string_view pattern) {
    FieldReader in(text);
    SLOTH_TRY_VOID(read(in, pattern, pattern));
    return in.finish();
}

Result<std::string> format_time(const CivilTime& time, std::string_view layout) {
    if (layout.find('%') != std::string_view::npos) return format_strftime(time, layout);
    return format_go_time(time, layout);
}

Result<ParsedTime> parse_time(std::string_view text, std::string_view layout) {
    if (layout.find('%') != std::string_view::npos) return parse_strftime(text, layout);
    return parse_go_time(text, layout);
}

}  // namespace sloth::text
