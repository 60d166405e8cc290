// Layouts that are an example: the moment 2006-01-02 15:04:05 in the zone MST, -07:00.
#include <fmt/format.h>

#include <algorithm>

#include "text/time_fields.h"

namespace sloth::text {
namespace {

enum class Part : uint8_t {
    literal,
    year,            // 2006
    short_year,      // 06
    month_name,      // January
    short_month,     // Jan
    month,           // 1
    month2,          // 01
    weekday,         // Monday
    short_weekday,   // Mon
    day,             // 2
    day_blank,       // _2
    day2,            // 02
    year_day_blank,  // __2
    year_day3,       // 002
    hour,            // 15
    hour12,          // 3
    hour12_2,        // 03
    minute,          // 4
    minute2,         // 04
    second,          // 5
    second2,         // 05
    upper_half,      // PM
    lower_half,      // pm
    zone,            // MST
    offset,          // -0700, Z07:00, ...
    zeros,           // .000: always so many digits
    nines,           // .999: without zeros at the end
};

struct Piece {
    Part part = Part::literal;
    std::string_view text;
};

struct Word {
    std::string_view text;
    Part part;
};

// In the order in which they are tried: a word that begins with another stands before it.
constexpr Word kWords[] = {
    {"January", Part::month_name},
    {"Jan", Part::short_month},
    {"Monday", Part::weekday},
    {"Mon", Part::short_weekday},
    {"MST", Part::zone},
    {"002", Part::year_day3},
    {"01", Part::month2},
    {"02", Part::day2},
    {"03", Part::hour12_2},
    {"04", Part::minute2},
    {"05", Part::second2},
    {"06", Part::short_year},
    {"15", Part::hour},
    {"1", Part::month},
    {"2006", Part::year},
    {"2", Part::day},
    {"__2", Part::year_day_blank},
    {"_2", Part::day_blank},
    {"3", Part::hour12},
    {"4", Part::minute},
    {"5", Part::second},
    {"PM", Part::upper_half},
    {"pm", Part::lower_half},
    {"-07:00:00", Part::offset},
    {"-07:00", Part::offset},
    {"-070000", Part::offset},
    {"-0700", Part::offset},
    {"-07", Part::offset},
    {"Z07:00:00", Part::offset},
    {"Z07:00", Part::offset},
    {"Z070000", Part::offset},
    {"Z0700", Part::offset},
    {"Z07", Part::offset},
};

struct NamedLayout {
    std::string_view name;
    std::string_view layout;
};

constexpr NamedLayout kNamed[] = {
    {"ANSIC", "Mon Jan _2 15:04:05 2006"},
    {"DateOnly", "2006-01-02"},
    {"DateTime", "2006-01-02 15:04:05"},
    {"Kitchen", "3:04PM"},
    {"RFC1123", "Mon, 02 Jan 2006 15:04:05 MST"},
    {"RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700"},
    {"RFC3339", "2006-01-02T15:04:05Z07:00"},
    {"RFC3339Nano", "2006-01-02T15:04:05.999999999Z07:00"},
    {"RFC822", "02 Jan 06 15:04 MST"},
    {"RFC822Z", "02 Jan 06 15:04 -0700"},
    {"RFC850", "Monday, 02-Jan-06 15:04:05 MST"},
    {"RubyDate", "Mon Jan 02 15:04:05 -0700 2006"},
    {"Stamp", "Jan _2 15:04:05"},
    {"TimeOnly", "15:04:05"},
    {"UnixDate", "Mon Jan _2 15:04:05 MST 2006"},
};
static_assert(std::ranges::is_sorted(kNamed, {}, &NamedLayout::name));

std::string_view resolved(std::string_view layout) {
    const auto* found = std::ranges::lower_bound(kNamed, layout, {}, &NamedLayout::name);
    return found != std::end(kNamed) && found->name == layout ? found->layout : layout;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// ".000" or ",999", if no other digit follows.
Piece fraction_at(std::string_view text) {
    if (text.size() < 2 || (text[0] != '.' && text[0] != ',')) return {};
    const char digit = text[1];
    if (digit != '0' && digit != '9') return {};
    const size_t end = std::min(text.find_first_not_of(digit, 1), text.size());
    if (end < text.size() && is_digit(text[end])) return {};
    return {digit == '0' ? Part::zeros : Part::nines, text.substr(0, end)};
}

Piece word_at(std::string_view text) {
    for (const Word& word : kWords) {
        if (!text.starts_with(word.text)) continue;
        const std::string_view behind = text.substr(word.text.size());
        const bool goes_on = !behind.empty() && behind[0] >= 'a' && behind[0] <= 'z';
        // "Jane" and "Month" are no parts; "_2006" is a line before a year.
        if ((word.part == Part::short_month || word.part == Part::short_weekday) && goes_on)
            continue;
        if (word.part == Part::day_blank && behind.starts_with("006")) return {};
        return {word.part, text.substr(0, word.text.size())};
    }
    return {};
}

// Takes the next part, or the literal text before it, off the front.
Piece take_piece(std::string_view& layout) {
    for (size_t i = 0; i < layout.size(); ++i) {
        Piece piece = fraction_at(layout.substr(i));
        if (piece.text.empty()) piece = word_at(layout.substr(i));
        if (piece.text.empty()) continue;
        if (i > 0) break;
        layout.remove_prefix(piece.text.size());
        return piece;
    }
    size_t size = 1;
    while (size < layout.size() && fraction_at(layout.substr(size)).text.empty() &&
           word_at(layout.substr(size)).text.empty())
        ++size;
    const Piece literal{Part::literal, layout.substr(0, size)};
    layout.remove_prefix(size);
    return literal;
}

int to_hour12(int hour) { return hour % 12 == 0 ? 12 : hour % 12; }

int parts_of(std::string_view offset) {
    const auto digits = std::ranges::count_if(offset, is_digit);
    return static_cast<int>(digits / 2);
}

std::string fraction_text(const CivilTime& time, const Piece& piece) {
    std::string digits = fmt::format("{:09}", time.nanos);
    digits.resize(piece.text.size() - 1, '0');
    if (piece.part == Part::nines) digits.resize(digits.find_last_not_of('0') + 1);
    return digits.empty() ? "" : piece.text.front() + digits;
}

std::string offset_part(const CivilTime& time, std::string_view form) {
    if (form.starts_with('Z') && time.offset == 0) return "Z";
    return offset_text(time.offset, parts_of(form), form.find(':') != std::string_view::npos);
}

std::string date_part(const CivilTime& time, const Piece& piece) {
    switch (piece.part) {
        case Part::year:
            return fmt::format("{:04}", time.year);
        case Part::short_year:
            return fmt::format("{:02}", time.year % 100);
        case Part::month_name:
            return std::string(kMonths[static_cast<size_t>(time.month) - 1]);
        case Part::short_month:
            return std::string(kMonths[static_cast<size_t>(time.month) - 1].substr(0, kShortName));
        case Part::month:
            return std::to_string(time.month);
        case Part::month2:
            return fmt::format("{:02}", time.month);
        case Part::weekday:
            return std::string(kWeekdays[static_cast<size_t>(weekday(time))]);
        case Part::short_weekday:
            return std::string(kWeekdays[static_cast<size_t>(weekday(time))].substr(0, kShortName));
        case Part::day:
            return std::to_string(time.day);
        case Part::day_blank:
            return fmt::format("{:2}", time.day);
        case Part::day2:
            return fmt::format("{:02}", time.day);
        case Part::year_day_blank:
            return fmt::format("{:3}", year_day(time));
        case Part::year_day3:
            return fmt::format("{:03}", year_day(time));
        default:
            return std::string(piece.text);
    }
}

std::string part_text(const CivilTime& time, const Piece& piece) {
    switch (piece.part) {
        case Part::hour:
            return fmt::format("{:02}", time.hour);
        case Part::hour12:
            return std::to_string(to_hour12(time.hour));
        case Part::hour12_2:
            return fmt::format("{:02}", to_hour12(time.hour));
        case Part::minute:
            return std::to_string(time.minute);
        case Part::minute2:
            return fmt::format("{:02}", time.minute);
        case Part::second:
            return std::to_string(time.second);
        case Part::second2:
            return fmt::format("{:02}", time.second);
        case Part::upper_half:
            return time.hour < 12 ? "AM" : "PM";
        case Part::lower_half:
            return time.hour < 12 ? "am" : "pm";
        case Part::zone:
            return time.zone;
        case Part::offset:
            return offset_part(time, piece.text);
        case Part::zeros:
        case Part::nines:
            return fraction_text(time, piece);
        default:
            return date_part(time, piece);
    }
}

bool read_date(FieldReader& in, const Piece& piece) {
    int number = 0;
    switch (piece.part) {
        case Part::year:
            return in.number(in.time.year, 4, 4);
        case Part::short_year:
            if (!in.number(number, 2, 2)) return false;
            in.time.year = number + (number >= 69 ? 1900 : 2000);
            return true;
        case Part::month_name:
        case Part::short_month:
            if (!in.name(number, kMonths, piece.part == Part::month_name)) return false;
            in.time.month = number + 1;
            return true;
        case Part::month:
        case Part::month2:
            return in.number(in.time.month, piece.part == Part::month2 ? 2 : 1, 2);
        case Part::weekday:
        case Part::short_weekday:
            return in.name(number, kWeekdays, piece.part == Part::weekday);
        case Part::day_blank:
            in.skip(' ');
            return in.number(in.time.day, 1, 2);
        case Part::day:
        case Part::day2:
            return in.number(in.time.day, piece.part == Part::day2 ? 2 : 1, 2);
        case Part::year_day_blank:
        case Part::year_day3:
            if (piece.part == Part::year_day_blank) in.blanks();
            if (!in.number(number, piece.part == Part::year_day3 ? 3 : 1, 3)) return false;
            in.day_of_year = number;
            return true;
        default:
            return in.literal(piece.text);
    }
}

// A fraction may stand behind the seconds without being in the layout.
bool read_second(FieldReader& in, const Piece& piece, std::string_view layout) {
    if (!in.number(in.time.second, piece.part == Part::second2 ? 2 : 1, 2)) return false;
    const std::string_view rest = in.rest();
    const bool has = rest.size() > 1 && (rest[0] == '.' || rest[0] == ',') && is_digit(rest[1]);
    if (!has || !fraction_at(layout).text.empty()) return true;
    in.skip(rest[0]);
    return in.fraction(1);
}

bool read_fraction(FieldReader& in, const Piece& piece) {
    const bool sign = in.skip('.') || in.skip(',');
    if (!sign) return piece.part == Part::nines;
    return in.fraction(piece.part == Part::zeros ? piece.text.size() - 1 : 1);
}

bool read_part(FieldReader& in, const Piece& piece, std::string_view layout) {
    int number = 0;
    switch (piece.part) {
        case Part::hour:
            return in.number(in.time.hour, 1, 2);
        case Part::hour12:
        case Part::hour12_2:
            if (!in.number(number, piece.part == Part::hour12_2 ? 2 : 1, 2)) return false;
            in.hour12 = number;
            return true;
        case Part::minute:
        case Part::minute2:
            return in.number(in.time.minute, piece.part == Part::minute2 ? 2 : 1, 2);
        case Part::second:
        case Part::second2:
            return read_second(in, piece, layout);
        case Part::upper_half:
        case Part::lower_half:
            return in.half_of_day();
        case Part::zone:
            return in.zone_name() || in.offset(true);
        case Part::offset:
            if (piece.text.starts_with('Z') && in.zulu()) return true;
            return in.offset(piece.text.find(':') != std::string_view::npos);
        case Part::zeros:
        case Part::nines:
            return read_fraction(in, piece);
        default:
            return read_date(in, piece);
    }
}

}  // namespace

std::string format_go_time(const CivilTime& time, std::string_view layout) {
    std::string out;
    for (std::string_view rest = resolved(layout); !rest.empty();)
        out += part_text(time, take_piece(rest));
    return out;
}

Result<ParsedTime> parse_go_time(std::string_view text, std::string_view layout) {
    FieldReader in(text);
    for (std::string_view rest = resolved(layout); !rest.empty();) {
        const Piece piece = take_piece(rest);
        if (!read_part(in, piece, rest)) return in.does_not_fit(layout);
    }
    return in.finish();
}

}  // namespace sloth::text
