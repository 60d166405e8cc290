// The record of an attempt, from what was run and what came of it. Pure; takes the outcome's texts.
#pragma once

#include "domain/event.h"
#include "domain/execution.h"
#include "domain/hook_index.h"
#include "ports/hook_runner.h"

namespace sloth {

Execution to_execution(const Event& event, const RunnableHook& hook, RunOutcome&& outcome);

}  // namespace sloth
