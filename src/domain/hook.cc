#include "domain/hook.h"

#include <array>
#include <charconv>

namespace sloth {
namespace {

struct ByteUnit {
    std::string_view name;
    int64_t bytes;
};

// In the order in which they are tried: the binary units from large to small are those that are
// shown.
constexpr std::array<ByteUnit, 7> kByteUnits{{{"GiB", 1 << 30},
                                              {"MiB", 1 << 20},
                                              {"KiB", 1 << 10},
                                              {"GB", 1'000'000'000},
                                              {"MB", 1'000'000},
                                              {"KB", 1'000},
                                              {"B", 1}}};

}  // namespace

bool is_hook_name(std::string_view name) {
    if (name.empty() || name.size() > 128) return false;
    for (const char c : name) {
        const bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
        if (!ok) return false;
    }
    return true;
}

Result<int64_t> parse_bytes(std::string_view text) {
    constexpr double kTooMany = 9.2e18;  // for 64 bits
    double number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit = text.substr(size_t(end - text.data()));
    if (ec == std::errc() && number >= 0 && number < kTooMany) {
        if (unit.empty()) return int64_t(number);
        for (const ByteUnit& row : kByteUnits) {
            const double bytes = number * double(row.bytes);
            if (row.name == unit && bytes < kTooMany) return int64_t(bytes);
        }
    }
    return fail_with(
        {Code::invalid, fmt::format("'{}' is not a size", text), "write it like 64MiB or 512KiB"});
}

std::string format_bytes(int64_t bytes) {
    for (const ByteUnit& row : kByteUnits) {
        if (row.name.size() == 3 && bytes >= row.bytes) {
            return bytes % row.bytes == 0
                       ? fmt::format("{}{}", bytes / row.bytes, row.name)
                       : fmt::format("{:.1f}{}", double(bytes) / double(row.bytes), row.name);
        }
    }
    return fmt::format("{}B", bytes);
}

}  // namespace sloth
