#include <array>
#include <filesystem>

#include "base/json.h"
#include "cli/groups.h"
#include "cli/output.h"
#include "cli/text.h"
#include "domain/watcher_spec.h"

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

Result<int> print_watcher(Session& session, const std::string& json, std::string_view said = "") {
    SLOTH_TRY(const WatcherSpec spec, parse_watcher_spec(json));
    SLOTH_TRY(const Json object, parse_json(json));
    const auto time = [&](const std::optional<WallTime>& t) {
        return t ? relative(*t, session.now()) : "Never";
    };
    Fields fields;
    fields.add("ID", spec.id)
        .add("Type", spec.type)
        .add("Path", spec.path)
        .add("When", joined(spec.conditions))
        .add("Interval", format_duration(spec.interval))
        .add("Check Hash", spec.check_hash ? "yes" : "no")
        .add("Stack", spec.stack)
        .add("Status", state_of(spec).text)
        .add("Last Check", time(spec.last_check))
        .add("Last Event", time(spec.last_event));
    print_one(session, object, "id", std::string(said) + fields.render());
    return 0;
}

Result<void> apply(const Arguments& args, WatcherSpec& spec) {
    if (args.has("path")) {
        std::error_code problem;
        const auto path = std::filesystem::absolute(args.text("path"), problem);
        if (problem)
            return fail(Code::invalid, "--path '{}' cannot be resolved", args.text("path"));
        spec.path = path.lexically_normal().native();
    }
    if (args.has("when")) {
        SLOTH_TRY(spec.conditions, parse_conditions(spec.type, joined(args.list("when"))));
    }
    SLOTH_TRY(const auto interval, args.duration("interval"));
    if (interval) spec.interval = *interval;
    if (args.has("check-hash")) spec.check_hash = true;
    if (args.has("stack")) spec.stack = args.text("stack");
    return validate(spec);
}

Result<int> create(Session& session, const Arguments& args) {
    if (!args.has("type")) return fail_with({Code::invalid, "--type is missing", "it takes: file"});
    if (!args.has("when")) {
        return fail_with(
            {Code::invalid, "--when is missing", "it takes: created, changed, deleted, renamed"});
    }
    if (!args.has("path")) {
        return fail_with({Code::invalid, "--path is missing", "it takes a file or a folder"});
    }
    WatcherSpec spec;
    spec.type = args.text("type");
    SLOTH_TRY_VOID(apply(args, spec));
    SLOTH_TRY(const std::string answer, ask(session, args, Kind::CREATE, to_json(spec)));
    return print_watcher(session, answer, "The agent watches.\n");
}

Result<int> update(Session& session, const Arguments& args) {
    if (args.values.empty()) return fail(Code::invalid, "say what to change");
    if (args.has("enable") && args.has("disable")) {
        return fail(Code::invalid, "--enable and --disable exclude each other");
    }
    SLOTH_TRY(const std::string before, ask(session, args, Kind::GET));
    SLOTH_TRY(WatcherSpec spec, parse_watcher_spec(before));
    SLOTH_TRY_VOID(apply(args, spec));
    if (args.has("no-check-hash")) spec.check_hash = false;
    if (args.has("enable") || args.has("disable")) spec.enabled = args.has("enable");
    SLOTH_TRY(const std::string answer, ask(session, args, Kind::UPDATE, to_json(spec)));
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
        table.add({spec.id, spec.type, spec.path, format_duration(spec.interval), state_of(spec)});
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
        fmt::format("Delete the watcher {} ({} {})?", spec.id, spec.type, spec.path)));
    SLOTH_TRY(const std::string answer, ask(session, args, Kind::DELETE));
    SLOTH_TRY(const Json object, parse_json(answer.empty() ? found : answer));
    print_one(session, object, "id", fmt::format("Watcher {} is deleted.\n", one_line(spec.id)));
    return 0;
}

constexpr std::array kCreateFlags{
    Flag{"check-hash", 0, "", "", false, "Compare contents (SHA-256), not only size and time."},
    Flag{"interval", 'i', "DURATION", "", false, "Re-check this often (default 5s)."},
    Flag{"path", 'p', "PATH", "", false, "The file or folder."},
    Flag{"stack", 's', "STACK", "", false, "Put on its events."},
    Flag{"type", 't', "TYPE", "file", false, "What to watch."},
    Flag{"when", 'w', "WORD[,WORD]", "", true, "created, changed, deleted, renamed."},
};
static_assert(sorted_by_name(kCreateFlags));
constexpr std::array kUpdateFlags{
    Flag{"check-hash", 0, "", "", false, "Compare contents (SHA-256), too."},
    Flag{"disable", 0, "", "", false, "Stop watching."},
    Flag{"enable", 0, "", "", false, "Watch again."},
    Flag{"interval", 'i', "DURATION", "", false, "Re-check this often."},
    Flag{"no-check-hash", 0, "", "", false, "Compare only size and time."},
    Flag{"path", 'p', "PATH", "", false, "The file or folder."},
    Flag{"stack", 's', "STACK", "", false, "Put on its events."},
    Flag{"when", 'w', "WORD[,WORD]", "", true, "created, changed, deleted, renamed."},
};
static_assert(sorted_by_name(kUpdateFlags));

constexpr std::array kCommands{
    Command{
        "create", "add", "<agent>", "Let an agent watch something.",
        "The answer is the agent's own: what it refuses is not created.",
        "agent watcher create local --type file --path /etc/hosts --when changed\n"
        "agent watcher create web-01 --type file --path /srv --when created,deleted --interval 10s",
        kCreateFlags, create},
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
            kUpdateFlags, update},
};
static_assert(sorted_by_name(kCommands));

}  // namespace

std::span<const Command> watcher_commands() { return kCommands; }

}  // namespace sloth::cli
