#include "domain/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace sloth {
namespace {

struct Suffix {
    std::string_view text;
    Unit unit;
    double factor;
};

constexpr double kKibi = 1024;

constexpr std::array<Suffix, 19> kSuffixes{{
    {"%", Unit::percent, 1},
    {"B", Unit::bytes, 1},
    {"G", Unit::bytes, kKibi* kKibi* kKibi},
    {"GB", Unit::bytes, kKibi* kKibi* kKibi},
    {"GiB", Unit::bytes, kKibi* kKibi* kKibi},
    {"K", Unit::bytes, kKibi},
    {"KB", Unit::bytes, kKibi},
    {"KiB", Unit::bytes, kKibi},
    {"M", Unit::bytes, kKibi* kKibi},
    {"MB", Unit::bytes, kKibi* kKibi},
    {"MiB", Unit::bytes, kKibi* kKibi},
    {"T", Unit::bytes, kKibi* kKibi* kKibi* kKibi},
    {"TB", Unit::bytes, kKibi* kKibi* kKibi* kKibi},
    {"TiB", Unit::bytes, kKibi* kKibi* kKibi* kKibi},
    {"k", Unit::bytes, kKibi},
    {"m", Unit::milliseconds, 60'000},
    {"ms", Unit::milliseconds, 1},
    {"s", Unit::milliseconds, 1000},
    {"us", Unit::milliseconds, 0.001},
}};
static_assert(std::ranges::is_sorted(kSuffixes, {}, &Suffix::text));

std::string_view example_of(Unit unit) {
    switch (unit) {
        case Unit::percent:
            return "write a percentage, for example 80 or 80%";
        case Unit::bytes:
            return "write a size, for example 1048576, 500M or 10M/s";
        case Unit::milliseconds:
            return "write a time, for example 200ms or 1.5s; a bare number is milliseconds";
        case Unit::plain:
            break;
    }
    return "write a number, for example 4 or 0.5";
}

std::unexpected<Error> not_a(std::string_view text, Unit unit) {
    return fail_with({Code::invalid, fmt::format("'{}' is not a number that fits here", text),
                      std::string(example_of(unit))});
}

}  // namespace

Result<double> parse_quantity(std::string_view text, Unit unit) {
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    // Past 2^53 a number cannot be told from its neighbours.
    if (problem != std::errc() || !std::isfinite(value) || value < 0 || value > 9e15) {
        return not_a(text, unit);
    }
    std::string_view suffix(end, size_t(text.data() + text.size() - end));
    while (suffix.starts_with(' ')) suffix.remove_prefix(1);
    if (unit == Unit::bytes && suffix.ends_with("/s")) suffix.remove_suffix(2);
    if (suffix.empty()) return value;
    const auto it = std::ranges::lower_bound(kSuffixes, suffix, {}, &Suffix::text);
    if (it == kSuffixes.end() || it->text != suffix || it->unit != unit) return not_a(text, unit);
    return value * it->factor;
}

std::string format_quantity(double value, Unit unit) {
    if (unit == Unit::percent) return fmt::format("{}%", value);
    if (unit == Unit::milliseconds) return fmt::format("{}ms", value);
    if (unit == Unit::bytes && value > 0) {
        for (const std::string_view suffix : {"T", "G", "M", "K"}) {
            const auto it = std::ranges::lower_bound(kSuffixes, suffix, {}, &Suffix::text);
            const double count = value / it->factor;
            if (count == std::floor(count)) return fmt::format("{}{}", count, suffix);
        }
    }
    return fmt::format("{}", value);
}

}  // namespace sloth
