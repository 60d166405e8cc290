#include "cli/event_text.h"

#include "base/json.h"
#include "cli/hook_text.h"
#include "cli/text.h"
#include "wire/convert.h"
#include "wire/json.h"

namespace sloth::cli {
namespace {

Tone tone_of(EventStatus status) {
    switch (status) {
        case EventStatus::completed:
            return Tone::good;
        case EventStatus::failed:
            return Tone::bad;
        default:
            return Tone::warn;
    }
}

// One line of the head: no column of values, as the specification has it.
std::string line(std::string_view name, std::string_view value) {
    return value.empty() ? "" : fmt::format("{}: {}\n", name, one_line(value));
}

std::string head(const Event& event) {
    return line("Event", event.id) + line("Number", fmt::format("#{}", event.seq)) +
           line("Type", event.type) + line("Status", to_string(event.status)) +
           line("Stack", event.stack) + line("Agent", event.agent) +
           line("Caused By", event.parent_id) + line("Created", format_local(event.created_at)) +
           line("Processed",
                event.processed_at ? format_local(*event.processed_at) : std::string("N/A")) +
           line("Error", event.error);
}

}  // namespace

Table event_table(const Session& session, std::span<const Event> events) {
    Table table(
        {{"#"}, {"ID", false, 2}, {"Type", false, 1}, {"Status"}, {"Created"}, {"Processed"}});
    for (const Event& event : events) {
        table.add({fmt::format("#{}", event.seq), event.id, event.type,
                   Cell(to_string(event.status), tone_of(event.status)),
                   relative(event.created_at, session.now()),
                   event.processed_at ? relative(*event.processed_at, session.now()) : "N/A"});
    }
    return table;
}

EventRuns event_runs(const v1::EventDetail& detail) {
    EventRuns out{wire::to_domain(detail.event()), {}};
    for (const v1::Execution& message : detail.executions()) {
        out.runs.push_back(wire::to_domain(message));
    }
    return out;
}

std::string event_runs_text(const Session& session, const EventRuns& shown) {
    std::string out = head(shown.event) + "\n";
    if (shown.runs.empty()) {
        return out + (is_final(shown.event.status) ? "No hook ran for this event.\n"
                                                   : "No hook has run for this event yet.\n");
    }
    out += "Hook Executions\n";
    Table table({{"Hook Name", false, 1}, {"Status"}, {"Duration"}, {"Executed At"}});
    for (const Execution& run : shown.runs) {
        Cell status = status_cell(run.status);
        if (run.attempt > 1) status.text += fmt::format(" (attempt {})", run.attempt);
        table.add({run.hook_name, status, wire::human_duration(run.duration),
                   format_local(run.executed_at)});
    }
    out += table.render_boxed(session.style());
    for (const Execution& run : shown.runs) {
        if (run.output.empty() && run.error.empty()) continue;
        out += fmt::format("\nHook: {}\n", one_line(run.hook_name)) +
               titled_block("Output", run.output) + titled_block("Error", run.error);
    }
    return out;
}

Json event_runs_json(const EventRuns& shown) {
    Json out;
    out["event"] = wire::to_json(shown.event);
    out["executions"] = Json::array();
    for (const Execution& run : shown.runs) out["executions"].push_back(wire::to_json(run));
    return out;
}

}  // namespace sloth::cli
