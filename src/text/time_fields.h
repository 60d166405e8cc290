// Parts of a moment, read from the front of a text: what both kinds of layout share.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "text/time_layout.h"

namespace sloth::text {

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr size_t kShortName = 3;

// "+02:00" and its kin. `parts`: 1 is hours alone, 3 has seconds.
std::string offset_text(int offset, int parts, bool colons);

class FieldReader {
 public:
    explicit FieldReader(std::string_view text) : all_(text), rest_(text) {}

    // Each takes its part; false if the text does not have it there.
    bool number(int& out, size_t least_digits, size_t most_digits);
    bool name(int& out, std::span<const std::string_view> names, bool whole);  // 0, 1, ...
    bool half_of_day();                                                        // AM, pm
    bool fraction(size_t least_digits);  // digits; of a second
    bool offset(bool colons_too);        // +0200, and with them +02:00
    bool zulu();                         // Z
    bool zone_name();                    // an abbreviation that stands for one offset
    bool literal(std::string_view text);
    bool blanks();  // any number of them
    bool skip(char c);

    std::string_view rest() const { return rest_; }

    CivilTime time;
    std::optional<int> hour12;
    std::optional<int> day_of_year;
    std::optional<int64_t> seconds;  // since 1970: says everything
    bool afternoon = false;
    bool has_offset = false;

    // The moment, once all of the text has been read.
    Result<ParsedTime> finish();
    std::unexpected<Error> does_not_fit(std::string_view layout) const;

 private:
    std::string_view all_;
    std::string_view rest_;
};

}  // namespace sloth::text
