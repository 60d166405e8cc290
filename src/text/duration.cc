#include "text/duration.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>

namespace sloth::text {
namespace {

struct Unit {
    std::string_view name;
    int64_t nanos;
};

// Longer names first, in the order in which they are tried.
constexpr Unit kUnits[] = {
    {"\u00b5s", 1'000},
    {"\u03bcs", 1'000},
    {"ms", 1'000'000},
    {"ns", 1},
    {"us", 1'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
    {"d", 86'400'000'000'000},
    {"w", 604'800'000'000'000},
};

std::unexpected<Error> bad(std::string_view text) {
    return fail(Code::invalid, "'{:.40}' is no duration: write 1h30m, 1.5s or 250ms", text);
}

// "1.5h" at the front of `rest`, in nanoseconds; negative if there is none.
__int128 take_part(std::string_view& rest) {
    uint64_t whole = 0;
    const char* begin = rest.data();
    const char* end = begin + rest.size();
    auto [stop, problem] = std::from_chars(begin, end, whole);
    if (problem == std::errc::result_out_of_range || whole > INT64_MAX) return -1;
    const bool has_whole = stop != begin;
    uint64_t fraction = 0;
    uint64_t scale = 1;
    if (stop != end && *stop == '.') {
        const char* digit = stop + 1;
        for (; digit != end && *digit >= '0' && *digit <= '9'; ++digit) {
            if (scale >= 1'000'000'000'000'000) continue;  // finer than any unit
            fraction = fraction * 10 + static_cast<uint64_t>(*digit - '0');
            scale *= 10;
        }
        if (!has_whole && digit == stop + 1) return -1;
        stop = digit;
    } else if (!has_whole) {
        return -1;
    }
    rest.remove_prefix(static_cast<size_t>(stop - begin));
    for (const Unit& unit : kUnits) {
        if (!rest.starts_with(unit.name)) continue;
        rest.remove_prefix(unit.name.size());
        return static_cast<__int128>(whole) * unit.nanos +
               static_cast<__int128>(fraction) * unit.nanos / static_cast<__int128>(scale);
    }
    return -1;
}

// `value` / `unit`, without zeros at the end.
std::string decimal(uint64_t value, uint64_t unit) {
    std::string out = std::to_string(value / unit);
    if (value % unit == 0) return out;
    std::string fraction = std::to_string(unit + value % unit).substr(1);
    fraction.resize(fraction.find_last_not_of('0') + 1);
    return out + '.' + fraction;
}

}  // namespace

Result<std::chrono::nanoseconds> parse_go_duration(std::string_view text) {
    std::string_view rest = text;
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    if (rest == "0") return std::chrono::nanoseconds(0);
    if (rest.empty()) return bad(text);
    __int128 sum = 0;
    while (!rest.empty()) {
        const __int128 part = take_part(rest);
        if (part < 0) return bad(text);
        sum += part;
        if (sum > INT64_MAX) return fail(Code::invalid, "the duration '{:.40}' is too long", text);
    }
    const auto nanos = static_cast<int64_t>(sum);
    return std::chrono::nanoseconds(negative ? -nanos : nanos);
}

std::string format_go_duration(std::chrono::nanoseconds duration) {
    const int64_t count = duration.count();
    const std::string sign = count < 0 ? "-" : "";
    uint64_t rest = count < 0 ? 0 - static_cast<uint64_t>(count) : static_cast<uint64_t>(count);
    constexpr uint64_t kSecond = 1'000'000'000;
    if (rest == 0) return "0s";
    if (rest < 1'000) return sign + decimal(rest, 1) + "ns";
    if (rest < 1'000'000) return sign + decimal(rest, 1'000) + "\u00b5s";
    if (rest < kSecond) return sign + decimal(rest, 1'000'000) + "ms";
    std::string out = sign;
    const uint64_t hours = rest / (3600 * kSecond);
    rest %= 3600 * kSecond;
    const uint64_t minutes = rest / (60 * kSecond);
    if (hours > 0) out += fmt::format("{}h", hours);
    if (hours > 0 || minutes > 0) out += fmt::format("{}m", minutes);
    return out + decimal(rest % (60 * kSecond), kSecond) + "s";
}

}  // namespace sloth::text
