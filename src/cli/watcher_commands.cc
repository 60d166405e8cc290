#include <array>

#include "base/json.h"
#include "cli/groups.h"
#include "cli/output.h"
#include "cli/text.h"
#include "cli/watcher_flags.h"
#include "domain/watcher_fields.h"
#include "domain/watcher_spec.h"
#include "domain/watcher_types.h"

namespace sloth::cli {
namespace {

using Kind = v1::WatchersRequest;

Result<std::string> ask(Session& session, const Arguments& args, Kind::Kind kind,
                        const std::string& spec = "") {
    v1::WatchersRequest request;
    request.set_agent(args.operands[0]);
    request.set_kind(kind);
    if (args.operands.size() > 1) request.set_watcher_id(args.operands[1]);
    request.set_spec(spec);
    SLOTH_TRY(auto reply, session.call(&v1::Admin::StubInterface::Watchers, request));
    return std::move(*reply.mutable_result());
}

Cell state_of(const WatcherSpec& spec) {
    if (!spec.last_error.empty()) return {"error: " + spec.last_error, Tone::bad};
    return spec.enabled ? Cell("active", Tone::good) : Cell("disabled", Tone::dim);
}

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

Result<int> print_watcher(Session& session, const std::string& json, std::string_view said = "") {
    SLOTH_TRY(const WatcherSpec spec, parse_watcher_spec(json));
    SLOTH_TRY(const Json object, parse_json(json));
    const auto time = [&](const std::optional<WallTime>& t) {
        return t ? relative(*t, session.now()) : "Never";
    };
    Fields fields;
    fields.add("ID", spec.id).add("Type", spec.type);
    add_own_fields(spec, object, fields);
    fields.add("When", joined(spec.conditions))
        .add("Interval", format_duration(spec.interval))
        .add("Stack", spec.stack)
        .add("Status", state_of(spec).text)
        .add("Last Check", time(spec.last_check))
        .add("Last Event", time(spec.last_event));
    print_one(session, object, "id", std::string(said) + fields.render());
    return 0;
}

Result<int> create(Session& session, const Arguments& args) {
    if (!args.has("type")) {
        return fail_with(
            {Code::invalid, "--type is missing", fmt::format("it takes {}", watcher_type_names())});
    }
    WatcherSpec spec;
    spec.type = args.text("type");
    if (!args.has("when") && !parse_conditions(spec.type, "")) {
        return fail_with({Code::invalid, "--when is missing",
                          fmt::format("it takes {}", watcher_condition_names(spec.type))});
    }
    std::vector<std::string> named;
    SLOTH_TRY_VOID(apply_watcher_flags(args, spec, named));
    SLOTH_TRY(const std::string answer, ask(session, args, Kind::CREATE, to_json(spec)));
    return print_watcher(session, answer, "The agent watches.\n");
}

// Only what was named is sent, so that nothing else is put back to what it was a moment ago.
Result<int> update(Session& session, const Arguments& args) {
    if (args.values.empty()) return fail(Code::invalid, "say what to change");
    if (args.has("enable") && args.has("disable")) {
        return fail(Code::invalid, "--enable and --disable exclude each other");
    }
    SLOTH_TRY(const std::string before, ask(session, args, Kind::GET));
    SLOTH_TRY(WatcherSpec spec, parse_watcher_spec(before));
    std::vector<std::string> named;
    SLOTH_TRY_VOID(apply_watcher_flags(args, spec, named));
    if (args.has("enable") || args.has("disable")) {
        spec.enabled = args.has("enable");
        named.emplace_back("enabled");
    }
    Json changes = Json::object();
    for (const std::string& key : named) changes[key] = (*find_watcher_field(key))->get(spec);
    SLOTH_TRY(const std::string answer, ask(session, args, Kind::UPDATE, dump_json(changes)));
    return print_watcher(session, answer);
}

Result<int> get(Session& session, const Arguments& args) {
    SLOTH_TRY(const std::string answer, ask(session, args, Kind::GET));
    return print_watcher(session, answer);
}

Result<int> list(Session& session, const Arguments& args) {
    SLOTH_TRY(const std::string answer, ask(session, args, Kind::LIST));
    SLOTH_TRY(const Json items, parse_json(answer));
    Table table({{"ID", false, 1},
                 {"Type"},
                 {"Path/Target", false, 2},
                 {"Interval"},
                 {"Status", false, 3}});
    for (const Json& item : items) {
        SLOTH_TRY(const WatcherSpec spec, parse_watcher_spec(dump_json(item)));
        table.add(
            {spec.id, spec.type, target_of(spec), format_duration(spec.interval), state_of(spec)});
    }
    print_list(session, items, "id", table,
               fmt::format("the agent '{}' watches nothing", args.operands[0]));
    return 0;
}

Result<int> remove(Session& session, const Arguments& args) {
    SLOTH_TRY_VOID(session.can_confirm());
    SLOTH_TRY(const std::string found, ask(session, args, Kind::GET));
    SLOTH_TRY(const WatcherSpec spec, parse_watcher_spec(found));
    SLOTH_TRY_VOID(session.confirm(
        fmt::format("Delete the watcher {} ({} {})?", spec.id, spec.type, target_of(spec))));
    SLOTH_TRY(const std::string answer, ask(session, args, Kind::DELETE));
    SLOTH_TRY(const Json object, parse_json(answer.empty() ? found : answer));
    print_one(session, object, "id", fmt::format("Watcher {} is deleted.\n", one_line(spec.id)));
    return 0;
}

constexpr std::array kCommands{
    Command{
        "create", "add", "<agent>", "Let an agent watch something.",
        "The answer is the agent's own: what it refuses is not created.",
        "agent watcher create local --type file --path /etc/hosts --when changed\n"
        "agent watcher create web-01 --type file --path /srv --when created,deleted --recursive\n"
        "agent watcher create web-01 --type process --name nginx --when stopped,crashed\n"
        "agent watcher create web-01 --type cpu --when above --threshold 80 --for 1m",
        kWatcherCreateFlags, create},
    Command{"delete",
            "remove rm",
            "<agent> <id>",
            "Stop watching something.",
            "",
            "agent watcher delete local watcher-0190 --yes",
            {},
            remove},
    Command{"get",
            "show",
            "<agent> <id>",
            "Show a watcher.",
            "",
            "agent watcher get local watcher-0190",
            {},
            get},
    Command{"list",
            "ls",
            "<agent>",
            "List what an agent watches.",
            "",
            "agent watcher list local\nagent watcher list local -o json",
            {},
            list},
    Command{"update", "", "<agent> <id>", "Change a watcher.", "",
            "agent watcher update local watcher-0190 --interval 1m\n"
            "agent watcher update local watcher-0190 --disable",
            kWatcherUpdateFlags, update},
};
static_assert(sorted_by_name(kCommands));

}  // namespace

std::span<const Command> watcher_commands() { return kCommands; }

}  // namespace sloth::cli
