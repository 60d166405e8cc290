// The public JSON shapes: what `-o json` prints and later interfaces answer. Keys are those of the
// schema, times RFC 3339, `data` an object; what is not set is left out. Fields are only ever
// added. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "domain/agent.h"
#include "domain/event.h"
#include "domain/execution.h"
#include "domain/hook.h"

namespace sloth::wire {

nlohmann::ordered_json to_json(const Event& event);
nlohmann::ordered_json to_json(const Execution& execution);
nlohmann::ordered_json to_json(const Hook& hook);
nlohmann::ordered_json to_json(const HookVersion& version);
nlohmann::ordered_json to_json(const Agent& agent);

// The same as one line of text.
std::string event_json(const Event& event);
std::string execution_json(const Execution& execution);
std::string hook_json(const Hook& hook);
std::string agent_json(const Agent& agent);

// "234ms", "12.3ms", "850us", "1.23s", "2m5s": for people, three figures at most.
std::string human_duration(Micros duration);

}  // namespace sloth::wire
