#include "cli/hook_text.h"

#include <algorithm>

#include "cli/output.h"
#include "cli/text.h"
#include "wire/json.h"

namespace sloth::cli {
namespace {

std::string types_of(const Hook& hook) { return joined(hook.event_types); }

Cell state_of(const Hook& hook) {
    if (hook.removed_at) return {"removed", Tone::dim};
    if (!hook.enabled) return {"disabled", Tone::dim};
    return {"enabled", Tone::good};
}

}  // namespace

std::string permissions_text(const Hook& hook) {
    if (!hook.permissions.listed) return "not listed: all that its profile gives";
    std::string out;
    const auto add = [&](std::string_view kind, const Grant& grant) {
        if (!grant.any()) return;
        if (!out.empty()) out += "; ";
        out += kind;
        if (!grant.all) out += ": " + joined(grant.names, ", ");
    };
    add("exec", hook.permissions.exec);
    add("files", hook.permissions.files);
    add("network", hook.permissions.network);
    add("secrets", hook.permissions.secrets);
    return out.empty() ? "none" : out;
}

Table hook_table(const Session& session, std::span<const Hook> hooks) {
    const bool notes = std::any_of(hooks.begin(), hooks.end(),
                                   [](const Hook& hook) { return !hook.last_error.empty(); });
    std::vector<Column> columns{{"Name", false, 1}, {"Event Type", false, 2}, {"Stack"},
                                {"Status"},         {"Run Count", true},      {"Last Run"}};
    if (notes) columns.push_back({"Note", false, 3});
    Table table(std::move(columns));
    for (const Hook& hook : hooks) {
        std::vector<Cell> row{
            hook.name,
            types_of(hook),
            hook.stack.empty() ? "-" : hook.stack,
            state_of(hook),
            std::to_string(hook.run_count),
            hook.last_run ? relative(*hook.last_run, session.now()) : "Never",
        };
        if (notes) row.emplace_back(hook.last_error, Tone::bad);
        table.add(std::move(row));
    }
    return table;
}

std::string hook_text(const Session& session, const Hook& hook) {
    Fields fields;
    fields.add("Name", hook.name)
        .add("ID", hook.id)
        .add("Description", hook.description)
        .add("Event Type", types_of(hook))
        .add("Stack", hook.stack)
        .add("Status", state_of(hook).text)
        .add("File", hook.file_path)
        .add("Note", hook.last_error)
        .add("Timeout", format_duration(hook.limits.timeout))
        .add("Memory", format_bytes(hook.limits.memory))
        .add("Output", format_bytes(hook.limits.output))
        .add("Max Concurrency", hook.limits.max_concurrency == 0
                                    ? "no limit"
                                    : std::to_string(hook.limits.max_concurrency))
        .add("Max Effects", std::to_string(hook.limits.max_effects_in_flight))
        .add("Profile", std::string(to_string(hook.profile)))
        .add("Permissions", permissions_text(hook))
        .add("Version", fmt::format("{} ({})", hook.version, hook.content_hash.substr(0, 12)))
        .add("Created", format_local(hook.created_at))
        .add("Updated", format_local(hook.updated_at))
        .add("Run Count", std::to_string(hook.run_count))
        .add("Last Run", hook.last_run ? relative(*hook.last_run, session.now()) : "Never");
    return fields.render();
}

std::string run_text(const Execution& run) {
    Fields fields;
    fields.add("Hook", run.hook_name)
        .add("Event Type", run.event_type)
        .add("Status", status_cell(run.status).text)
        .add("Duration", wire::human_duration(run.duration));
    return fields.render() + titled_block("Output", run.output) + titled_block("Error", run.error);
}

Cell status_cell(RunStatus status) {
    switch (status) {
        case RunStatus::success:
            return {"✅ Success", Tone::good};
        case RunStatus::failed:
            return {"❌ Failed", Tone::bad};
        case RunStatus::timeout:
            return {"⏰ Timeout", Tone::bad};
        case RunStatus::interrupted:
            return {"🔁 Interrupted", Tone::warn};
    }
    return "";
}

std::string titled_block(std::string_view title, std::string_view text) {
    if (text.empty()) return "";
    std::string out = fmt::format("{}:\n{}", title, block(text));
    if (!out.ends_with('\n')) out += '\n';
    return out;
}

}  // namespace sloth::cli
