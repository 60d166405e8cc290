// Domain values to and from their messages: field by field, no rules of their own. Pure; any
// thread. Text that may hold any bytes (output, error, description) is made valid UTF-8 on the way
// out, since a reader refuses a whole message for one bad byte. A status that this version does not
// know becomes the first of its enumeration.
#pragma once

#include "base/result.h"
#include "domain/agent.h"
#include "domain/event.h"
#include "domain/execution.h"
#include "domain/hook.h"
#include "sloth/v1/admin.pb.h"
#include "sloth/v1/common.pb.h"

namespace sloth::wire {

Event to_domain(const v1::Event& message);
Hook to_domain(const v1::Hook& message);
HookVersion to_domain(const v1::HookVersion& message);
Execution to_domain(const v1::Execution& message);
Agent to_domain(const v1::Agent& message);
Error to_domain(const v1::Error& message);

void to_proto(const Event& event, v1::Event* message);
void to_proto(const Hook& hook, v1::Hook* message);
void to_proto(const HookVersion& version, v1::HookVersion* message);
void to_proto(const Execution& execution, v1::Execution* message);
void to_proto(const Agent& agent, v1::Agent* message);
void to_proto(const Error& error, v1::Error* message);

}  // namespace sloth::wire
