#include "domain/execution.h"

#include <array>

namespace sloth {
namespace {

constexpr std::array<std::string_view, 4> kStatuses{"success", "failed", "timeout", "interrupted"};

}  // namespace

std::string_view to_string(RunStatus status) { return kStatuses[static_cast<size_t>(status)]; }

Result<RunStatus> parse_run_status(std::string_view text) {
    for (size_t i = 0; i < kStatuses.size(); ++i) {
        if (kStatuses[i] == text) return static_cast<RunStatus>(i);
    }
    return fail(Code::invalid, "'{}' is not a run status", text);
}

}  // namespace sloth
