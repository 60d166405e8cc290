#include "cli/watcher_text.h"

#include "base/json.h"
#include "cli/output.h"
#include "cli/text.h"
#include "domain/watcher_types.h"

namespace sloth::cli {
namespace {

// "check_hash" is shown as "Check Hash".
std::string title_of(std::string_view key) {
    std::string title(key);
    for (size_t i = 0; i < title.size(); ++i) {
        if (title[i] == '_') title[i] = ' ';
        if ((i == 0 || title[i - 1] == ' ') && title[i] >= 'a')
            title[i] = char(title[i] - 'a' + 'A');
    }
    return title;
}

// What the type takes and this watcher has.
void add_own_fields(const WatcherSpec& spec, const Json& object, Fields& fields) {
    const auto type = find_watcher_type(spec.type);
    if (!type) return;
    for (const std::string_view key : split_words((*type)->fields)) {
        const auto found = object.find(key);
        if (found == object.end()) continue;
        if (key == "threshold") {
            const WatcherMetric* metric = find_metric(**type, spec.metric);
            if (spec.threshold && metric) {
                fields.add("Threshold", format_quantity(*spec.threshold, metric->unit));
            }
        } else if (found->is_boolean()) {
            fields.add(title_of(key), *found ? "yes" : "");
        } else if (found->is_array()) {
            fields.add(title_of(key), joined(found->get<std::vector<std::string>>()));
        } else {
            fields.add(title_of(key),
                       found->is_string() ? found->get<std::string>() : found->dump());
        }
    }
}

std::string time_of(const std::string& rfc3339) {
    const auto time = parse_rfc3339(rfc3339);
    return time ? format_local(*time) : rfc3339;
}

std::string numbers(const Json& span) {
    const int64_t from = span.value("from", int64_t{0});
    const int64_t to = span.value("to", int64_t{0});
    return from == to ? fmt::format("#{}", from) : fmt::format("#{} to #{}", from, to);
}

}  // namespace

Result<ShownWatcher> read_watcher(const Json& object) {
    Json known = object;
    ShownWatcher shown;
    if (known.is_object()) {
        shown.state = known.value("state", "");
        known.erase("state");
    }
    SLOTH_TRY(shown.spec, parse_watcher_spec(dump_json(known)));
    return shown;
}

Cell state_of(const ShownWatcher& watcher) {
    if (!watcher.spec.last_error.empty()) {
        return {"error: " + watcher.spec.last_error, Tone::bad};
    }
    if (watcher.state == "pending") return {"pending: waits for the agent", Tone::warn};
    if (watcher.state == "deleting") return {"deleting: waits for the agent", Tone::warn};
    if (watcher.state == "offline") return {"the agent is away", Tone::warn};
    return watcher.spec.enabled ? Cell("active", Tone::good) : Cell("disabled", Tone::dim);
}

std::string watcher_text(const ShownWatcher& watcher, const Json& object, WallTime now) {
    const WatcherSpec& spec = watcher.spec;
    const auto time = [&](const std::optional<WallTime>& t) {
        return t ? relative(*t, now) : "Never";
    };
    Fields fields;
    fields.add("ID", spec.id).add("Label", spec.label).add("Type", spec.type);
    add_own_fields(spec, object, fields);
    fields.add("When", joined(spec.conditions))
        .add("Interval", format_duration(spec.interval))
        .add("Stack", spec.stack)
        .add("Status", state_of(watcher).text)
        .add("Last Check", time(spec.last_check))
        .add("Last Event", time(spec.last_event));
    return fields.render();
}

std::string verdict_text(const Json& verdict, std::string_view agent) {
    const bool complete = verdict.value("complete", false);
    Fields fields;
    fields.add("Watcher", fmt::format("{} of {}", verdict.value("id", ""), agent))
        .add("Record", complete ? "complete" : "not complete")
        .add("From", time_of(verdict.value("since", "")))
        .add("To", time_of(verdict.value("until", "")))
        .add("Told", grouped(verdict.value("sequence", int64_t{0})))
        .add("Stored", grouped(verdict.value("stored", int64_t{0})));
    if (const int64_t waiting = verdict.value("waiting", int64_t{0}); waiting > 0) {
        fields.add("Waiting", grouped(waiting) + " in the agent's outbox");
    }
    if (const int64_t dropped = verdict.value("dropped", int64_t{0}); dropped > 0) {
        fields.add("Dropped", grouped(dropped) + " by a full outbox");
    }
    if (const int64_t first = verdict.value("first_stored", int64_t{0}); first > 1) {
        fields.add("Removed", fmt::format("before #{}, by a cleanup or a full outbox", first));
    }
    for (const Json& span : verdict.value("missing", Json::array())) {
        fields.add("Missing", numbers(span));
    }
    if (const std::string error = verdict.value("error", ""); !error.empty()) {
        fields.add("Cannot Look",
                   fmt::format("since {}: {}", time_of(verdict.value("until", "")), error));
    }
    for (const Json& doubt : verdict.value("doubts", Json::array())) {
        fields.add("In Doubt",
                   fmt::format("{} to {}: {}", time_of(doubt.value("from", "")),
                               time_of(doubt.value("to", "")), doubt.value("reason", "")));
    }
    return fields.render();
}

}  // namespace sloth::cli
