#include "text/letter_case.h"

#include <algorithm>
#include <cstdint>

#include "base/utf8.h"

namespace sloth::text {
namespace {

// A run of letters. `step` 1: upper case letters first..last have their lower case `distance` on;
// 2: upper and lower case letters follow one another.
struct Run {
    char32_t first;
    char32_t last;
    int32_t distance;
    int step;
};

// In the order of `first`.
constexpr Run kRuns[] = {
    {U'A', U'Z', 32, 1},   {0xC0, 0xD6, 32, 1},    {0xD8, 0xDE, 32, 1},    {0x100, 0x12F, 1, 2},
    {0x132, 0x137, 1, 2},  {0x139, 0x148, 1, 2},   {0x14A, 0x177, 1, 2},   {0x178, 0x178, -121, 1},
    {0x179, 0x17E, 1, 2},  {0x1CD, 0x1DC, 1, 2},   {0x1DE, 0x1EF, 1, 2},   {0x1F8, 0x21F, 1, 2},
    {0x386, 0x386, 38, 1}, {0x388, 0x38A, 37, 1},  {0x38C, 0x38C, 64, 1},  {0x38E, 0x38F, 63, 1},
    {0x391, 0x3A1, 32, 1}, {0x3A3, 0x3AB, 32, 1},  {0x400, 0x40F, 80, 1},  {0x410, 0x42F, 32, 1},
    {0x460, 0x481, 1, 2},  {0x48A, 0x4BF, 1, 2},   {0x4C1, 0x4CE, 1, 2},   {0x4D0, 0x52F, 1, 2},
    {0x531, 0x556, 48, 1}, {0x1E00, 0x1E95, 1, 2}, {0x1EA0, 0x1EFF, 1, 2},
};
static_assert(std::ranges::is_sorted(kRuns, {}, &Run::first));

constexpr char32_t kFinalSigma = 0x3C2;
constexpr char32_t kSigma = 0x3A3;
constexpr char32_t kMicro = 0xB5;
constexpr char32_t kMu = 0x39C;

char32_t lower(char32_t c) {
    for (const Run& run : kRuns) {
        if (c < run.first || c > run.last) continue;
        if (run.step == 2 && (c - run.first) % 2 != 0) return c;
        return static_cast<char32_t>(static_cast<int32_t>(c) + run.distance);
    }
    return c;
}

char32_t upper(char32_t c) {
    if (c == kFinalSigma) return kSigma;
    if (c == kMicro) return kMu;
    for (const Run& run : kRuns) {
        const auto candidate = static_cast<char32_t>(static_cast<int32_t>(c) - run.distance);
        if (candidate < run.first || candidate > run.last) continue;
        if (run.step == 2 && (candidate - run.first) % 2 != 0) continue;
        return candidate;
    }
    return c;
}

bool is_word(char32_t c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '\'' || c >= 0xAA;
}

template <class Change>
std::string changed(std::string_view text, Change change) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const char byte = text.front();
        const CodePoint c = take_code_point(text);
        if (c.valid) {
            append_utf8(out, change(c.value));
        } else {
            out += byte;
        }
    }
    return out;
}

}  // namespace

std::string to_upper(std::string_view text) { return changed(text, upper); }

std::string to_lower(std::string_view text) { return changed(text, lower); }

std::string to_title(std::string_view text) {
    bool inside = false;
    return changed(text, [&](char32_t c) {
        const bool first = !inside && is_word(c);
        inside = is_word(c);
        return first ? upper(c) : c;
    });
}

}  // namespace sloth::text
