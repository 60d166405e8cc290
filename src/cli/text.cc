#include "cli/text.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/utf8.h"

namespace sloth::cli {
namespace {

struct Span {
    char32_t first;
    char32_t last;
};

// Sorted. East Asian wide and fullwidth, and what terminals draw as emoji.
constexpr std::array kWide{
    Span{0x1100, 0x115F},   Span{0x231A, 0x231B},   Span{0x23E9, 0x23EC},   Span{0x23F0, 0x23F0},
    Span{0x23F3, 0x23F3},   Span{0x25FD, 0x25FE},   Span{0x2614, 0x2615},   Span{0x2648, 0x2653},
    Span{0x267F, 0x267F},   Span{0x2693, 0x2693},   Span{0x26A1, 0x26A1},   Span{0x26AA, 0x26AB},
    Span{0x26BD, 0x26BE},   Span{0x26C4, 0x26C5},   Span{0x26CE, 0x26CE},   Span{0x26D4, 0x26D4},
    Span{0x26EA, 0x26EA},   Span{0x26F2, 0x26F3},   Span{0x26F5, 0x26F5},   Span{0x26FA, 0x26FA},
    Span{0x26FD, 0x26FD},   Span{0x2705, 0x2705},   Span{0x270A, 0x270B},   Span{0x2728, 0x2728},
    Span{0x274C, 0x274C},   Span{0x274E, 0x274E},   Span{0x2753, 0x2755},   Span{0x2757, 0x2757},
    Span{0x2795, 0x2797},   Span{0x27B0, 0x27B0},   Span{0x2B1B, 0x2B1C},   Span{0x2B50, 0x2B50},
    Span{0x2E80, 0x303E},   Span{0x3041, 0x33FF},   Span{0x3400, 0x4DBF},   Span{0x4E00, 0x9FFF},
    Span{0xA000, 0xA4CF},   Span{0xA960, 0xA97F},   Span{0xAC00, 0xD7A3},   Span{0xF900, 0xFAFF},
    Span{0xFE30, 0xFE6F},   Span{0xFF00, 0xFF60},   Span{0xFFE0, 0xFFE6},   Span{0x1F18E, 0x1F18E},
    Span{0x1F191, 0x1F19A}, Span{0x1F200, 0x1F265}, Span{0x1F300, 0x1F64F}, Span{0x1F680, 0x1F6FF},
    Span{0x1F7E0, 0x1F7EB}, Span{0x1F900, 0x1F9FF}, Span{0x1FA70, 0x1FAFF}, Span{0x20000, 0x3FFFD},
};

// Sorted. Combining marks, joiners, variation selectors.
constexpr std::array kZero{
    Span{0x0300, 0x036F}, Span{0x0483, 0x0489}, Span{0x0591, 0x05BD},
    Span{0x0610, 0x061A}, Span{0x064B, 0x065F}, Span{0x200B, 0x200D},
    Span{0x20D0, 0x20FF}, Span{0xFE00, 0xFE0F}, Span{0xFE20, 0xFE2F},
};

// Sorted. Marks that change the direction of what follows.
constexpr std::array kReordering{Span{0x061C, 0x061C}, Span{0x200E, 0x200F}, Span{0x2028, 0x202E},
                                 Span{0x2066, 0x2069}};

bool in(std::span<const Span> table, char32_t c) {
    const auto* found = std::lower_bound(table.data(), table.data() + table.size(), c,
                                         [](const Span& s, char32_t v) { return s.last < v; });
    return found != table.data() + table.size() && found->first <= c;
}

size_t width_of(char32_t c) {
    if (in(kZero, c)) return 0;
    return in(kWide, c) ? 2 : 1;
}

std::string harmless(std::string_view text, bool lines_stay) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const char32_t c = take_code_point(text).value;
        if (lines_stay && (c == '\n' || c == '\t')) {
            out += static_cast<char>(c);
        } else if (lines_stay && c == '\r' && text.starts_with('\n')) {
            continue;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
            out += fmt::format("\\x{:02x}", static_cast<uint32_t>(c));
        } else if (in(kReordering, c)) {
            out += fmt::format("\\u{{{:x}}}", static_cast<uint32_t>(c));
        } else {
            append_utf8(out, c);
        }
    }
    return out;
}

}  // namespace

size_t display_width(std::string_view text) {
    size_t width = 0;
    while (!text.empty()) width += width_of(take_code_point(text).value);
    return width;
}

std::string one_line(std::string_view text) { return harmless(text, false); }
std::string block(std::string_view text) { return harmless(text, true); }

std::string hanging(std::string_view text) {
    while (text.ends_with('\n')) text.remove_suffix(1);
    std::string out;
    for (const char c : block(text)) {
        if (c == '\t') {
            out += "  ";
            continue;
        }
        out += c;
        if (c == '\n') out += "    ";
    }
    return out;
}

std::string cut_to(std::string_view text, size_t width) {
    if (display_width(text) <= width) return std::string(text);
    std::string out;
    size_t used = 1;  // the ellipsis
    while (!text.empty()) {
        std::string_view rest = text;
        const size_t next = width_of(take_code_point(rest).value);
        if (used + next > width) break;
        used += next;
        out += text.substr(0, text.size() - rest.size());
        text = rest;
    }
    return out + "…";
}

std::string relative(WallTime time, WallTime now) {
    const bool future = time > now;
    const int64_t seconds =
        std::chrono::floor<std::chrono::seconds>(future ? time - now : now - time).count();
    if (seconds == 0) return "now";
    std::string text;
    if (seconds < 60) {
        text = fmt::format("{}s", seconds);
    } else if (seconds < 3600) {
        text = fmt::format("{}m", seconds / 60);
    } else if (seconds < 48 * 3600) {
        text = fmt::format("{}h", seconds / 3600);
    } else if (seconds <= 30 * 86400) {
        text = fmt::format("{}d", seconds / 86400);
    } else {
        return format_local(time).substr(0, 10);
    }
    return future ? "in " + text : text + " ago";
}

std::string grouped(int64_t number) {
    std::string digits = std::to_string(number);
    const size_t first = number < 0 ? 1 : 0;
    for (size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
    return digits;
}

}  // namespace sloth::cli
