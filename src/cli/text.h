// Text for a terminal: how wide it is, and made harmless. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace sloth::cli {

// Columns that a terminal uses: 2 for wide characters and emoji, 0 for marks that join.
size_t display_width(std::string_view text);

// Control characters (and those that reorder what follows) written out: "\n", "\x1b", "\u{202e}".
// For user data in a table or a sentence, so that it cannot move the cursor or lie.
std::string one_line(std::string_view text);

// The same, but line ends and tabs stay: for blocks of output.
std::string block(std::string_view text);

// The same with the lines after the first indented, so that none of them passes for a sentence of
// ours. For errors and notes, which may hold a traceback.
std::string hanging(std::string_view text);

// At most `width` columns, the last an ellipsis if something is missing.
std::string cut_to(std::string_view text, size_t width);

// "3s ago", "2h ago", "in 5m", "now"; the date when it is over 30 days.
std::string relative(WallTime time, WallTime now);

// "1,234,567".
std::string grouped(int64_t number);

template <class Words>
std::string joined(const Words& words, std::string_view between = ",") {
    std::string out;
    for (const auto& word : words) {
        if (!out.empty()) out += between;
        out += word;
    }
    return out;
}

}  // namespace sloth::cli
