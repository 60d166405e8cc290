// Hooks and runs as text for people. Pure, but for the clock of the session.
#pragma once

#include <span>
#include <string>

#include "cli/session.h"
#include "cli/table.h"
#include "domain/execution.h"
#include "domain/hook.h"

namespace sloth::cli {

// The exit code when what was waited for failed.
constexpr int kAwaitedFailed = 9;

Table hook_table(const Session& session, std::span<const Hook> hooks);
std::string hook_text(const Session& session, const Hook& hook);

// "exec; network: a.com, b.com"; that there is no list is a fact of its own.
std::string permissions_text(const Hook& hook);

// Status, duration, output and error of one run.
std::string run_text(const Execution& run);

// "✅ Success"; the specification's words.
Cell status_cell(RunStatus status);

// "Output:\n...\n": a titled block, or nothing for an empty text.
std::string titled_block(std::string_view title, std::string_view text);

}  // namespace sloth::cli
