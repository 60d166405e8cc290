#include "base/result.h"

#include <array>

namespace sloth {
namespace {

struct CodeRow {
    std::string_view name;
    int exit;
};

// In the order of the enumerators.
constexpr std::array<CodeRow, 9> kCodes{{
    {"failed", 1},
    {"invalid", 2},
    {"not_found", 3},
    {"refused", 4},
    {"conflict", 5},
    {"unreachable", 6},
    {"timed_out", 7},
    {"exhausted", 1},
    {"corrupt", 1},
}};

}  // namespace

std::string_view to_string(Code code) { return kCodes[static_cast<size_t>(code)].name; }
int exit_code(Code code) { return kCodes[static_cast<size_t>(code)].exit; }

}  // namespace sloth
