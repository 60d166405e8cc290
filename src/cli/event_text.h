// Events as text for people, `events show` in the specification's layout.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "cli/session.h"
#include "domain/event.h"
#include "domain/execution.h"

namespace sloth::cli {

Table event_table(const Session& session, std::span<const Event> events);

struct EventRuns {
    Event event;
    std::vector<Execution> runs;
};
EventRuns event_runs(const v1::EventDetail& detail);

std::string event_runs_text(const Session& session, const EventRuns& shown);
nlohmann::ordered_json event_runs_json(const EventRuns& shown);

}  // namespace sloth::cli
