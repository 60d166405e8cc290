#include "cli/hook_logs.h"

#include <algorithm>

#include "base/json.h"
#include "cli/hook_text.h"
#include "cli/output.h"
#include "cli/text.h"
#include "wire/convert.h"
#include "wire/json.h"

namespace sloth::cli {
namespace {

constexpr size_t kDetailWidth = 60;

struct Logs {
    Hook hook;
    std::vector<Execution> runs;
    bool output = false;
    bool error = false;

    int64_t succeeded() const {
        return std::count_if(runs.begin(), runs.end(),
                             [](const Execution& r) { return r.status == RunStatus::success; });
    }
    // Failed or timed out; an interrupted attempt is neither.
    int64_t failed() const {
        return std::count_if(runs.begin(), runs.end(), [](const Execution& r) {
            return r.status == RunStatus::failed || r.status == RunStatus::timeout;
        });
    }
};

Json run_json(const Execution& run) {
    Json out;
    out["hook_name"] = run.hook_name;
    out["hook_id"] = run.hook_id;
    out["event_id"] = run.event_id;
    out["event_type"] = run.event_type;
    out["timestamp"] = format_rfc3339(run.executed_at);
    out["success"] = run.status == RunStatus::success;
    out["status"] = to_string(run.status);
    out["attempt"] = run.attempt;
    out["duration"] = wire::human_duration(run.duration);
    out["duration_ms"] = std::chrono::floor<Millis>(run.duration).count();
    if (!run.output.empty()) out["output"] = run.output;
    if (!run.error.empty()) out["error"] = run.error;
    return out;
}

Json logs_json(const Logs& logs) {
    Json out;
    out["hook"] = logs.hook.name;
    out["total_shown"] = logs.runs.size();
    out["success_count"] = logs.succeeded();
    out["failed_count"] = logs.failed();
    out["executions"] = Json::array();
    for (const Execution& run : logs.runs) out["executions"].push_back(run_json(run));
    return out;
}

std::string details_of(const Logs& logs, const Execution& run) {
    if (logs.error && !run.error.empty())
        return cut_to(one_line("ERROR: " + run.error), kDetailWidth);
    if (logs.output) return cut_to(one_line(run.output), kDetailWidth);
    return "";
}

Cell shouted(RunStatus status) {
    Cell cell = status_cell(status);
    std::transform(cell.text.begin(), cell.text.end(), cell.text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return cell;
}

std::string logs_table(const Session& session, const Logs& logs) {
    const bool details = logs.output || logs.error;
    std::vector<Column> columns{{"TIMESTAMP"}, {"STATUS"}, {"DURATION", true}, {"EVENT", false, 1}};
    if (details) columns.push_back({"DETAILS", false, 2});
    Table table(std::move(columns));
    for (const Execution& run : logs.runs) {
        std::vector<Cell> row{format_local(run.executed_at), shouted(run.status),
                              wire::human_duration(run.duration), run.event_id};
        if (run.attempt > 1) row[1].text += fmt::format(" (attempt {})", run.attempt);
        if (details) row.emplace_back(details_of(logs, run));
        table.add(std::move(row));
    }
    return table.render(session.style());
}

std::string logs_text(const Session& session, const Logs& logs) {
    std::string out = fmt::format("Hook: {}\nEvent Type: {}\nShown: {} ({} succeeded, {} failed)\n",
                                  one_line(logs.hook.name), one_line(joined(logs.hook.event_types)),
                                  logs.runs.size(), logs.succeeded(), logs.failed());
    if (logs.runs.empty()) return out + "\nNo runs to show.\n";
    out += "\n" + logs_table(session, logs);
    for (const Execution& run : logs.runs) {
        const std::string output = logs.output ? titled_block("Output", run.output) : "";
        const std::string error = logs.error ? titled_block("Error", run.error) : "";
        if (output.empty() && error.empty()) continue;
        out += fmt::format("\n{}  {}  {}\n{}{}", format_local(run.executed_at),
                           shouted(run.status).text, one_line(run.event_type), output, error);
    }
    return out;
}

}  // namespace

Result<int> hook_logs(Session& session, const Arguments& args) {
    v1::HookLogsRequest request;
    request.set_ref(args.operands[0]);
    SLOTH_TRY(const int64_t limit, args.number("limit", 20, 1));
    request.set_limit(limit);
    request.set_only_failed(args.has("only-failed"));
    request.set_all(args.has("all"));
    SLOTH_TRY(const auto reply, session.call(&v1::Admin::StubInterface::HookLogs, request));
    Logs logs{wire::to_domain(reply.hook()), {}, args.has("output"), args.has("error")};
    for (const v1::Execution& message : reply.executions()) {
        logs.runs.push_back(wire::to_domain(message));
    }
    if (session.format() == Format::jsonl) {
        for (const Execution& run : logs.runs) session.print(dump_json(run_json(run)) + "\n");
    } else if (session.format() == Format::name) {
        for (const Execution& run : logs.runs) session.print(std::to_string(run.id) + "\n");
    } else {
        print_one(session, logs_json(logs), "hook", logs_text(session, logs));
    }
    return 0;
}

}  // namespace sloth::cli
