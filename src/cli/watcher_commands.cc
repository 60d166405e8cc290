#include <array>

#include "base/json.h"
#include "cli/agent_choice.h"
#include "cli/groups.h"
#include "cli/output.h"
#include "cli/text.h"
#include "cli/watcher_apply.h"
#include "cli/watcher_flags.h"
#include "cli/watcher_text.h"
#include "domain/watcher_fields.h"
#include "domain/watcher_spec.h"
#include "domain/watcher_types.h"

namespace sloth::cli {
namespace {

using Kind = v1::WatchersRequest;

Result<std::string> ask(Session& session, const std::string& agent, Kind::Kind kind,
                        const std::string& id = "", const std::string& spec = "") {
    v1::WatchersRequest request;
    request.set_agent(agent);
    request.set_kind(kind);
    request.set_watcher_id(id);
    request.set_spec(spec);
    SLOTH_TRY(auto reply, session.call(&v1::Admin::StubInterface::Watchers, request));
    return std::move(*reply.mutable_result());
}

Result<std::string> ask(Session& session, const Arguments& args, Kind::Kind kind,
                        const std::string& spec = "") {
    return ask(session, args.operands[0], kind, args.operands.size() > 1 ? args.operands[1] : "",
               spec);
}

Result<int> print_watcher(Session& session, const std::string& json, std::string_view said = "") {
    SLOTH_TRY(const Json object, parse_json(json));
    SLOTH_TRY(const ShownWatcher watcher, read_watcher(object));
    print_one(session, object, "id",
              std::string(said) + watcher_text(watcher, object, session.now()));
    return 0;
}

std::string_view said_of(std::string_view state) {
    if (state == "pending") return "The agent is away: it will watch when it returns.\n";
    return "The agent watches.\n";
}

// One agent's answer is the answer; of several, each its line, and one that failed fails the whole.
Result<int> create_on(Session& session, const std::vector<std::string>& agents,
                      const std::string& spec) {
    Table table({{"Agent"}, {"ID", false, 1}, {"Status", false, 2}});
    Json items = Json::array();
    int code = 0;
    for (const std::string& agent : agents) {
        auto answer = ask(session, agent, Kind::CREATE, "", spec);
        if (!answer) {
            code = exit_code(Code::failed);  // done in part
            items.push_back(Json{{"agent", agent}, {"error", answer.error().message}});
            table.add({agent, "", Cell("error: " + answer.error().message, Tone::bad)});
            continue;
        }
        SLOTH_TRY(Json object, parse_json(*answer));
        SLOTH_TRY(const ShownWatcher watcher, read_watcher(object));
        object["agent"] = agent;
        items.push_back(std::move(object));
        table.add({agent, watcher.spec.id, state_of(watcher)});
    }
    print_list(session, items, "id", table, "");
    return code;
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
    SLOTH_TRY(const std::vector<std::string> agents, chosen_agents(session, args));
    if (chooses_many(args)) return create_on(session, agents, to_json(spec));
    SLOTH_TRY(const std::string answer, ask(session, agents[0], Kind::CREATE, "", to_json(spec)));
    SLOTH_TRY(const Json object, parse_json(answer));
    return print_watcher(session, answer, said_of(object.value("state", "")));
}

// Only what was named is sent, so that nothing else is put back to what it was a moment ago.
Result<int> update(Session& session, const Arguments& args) {
    if (args.values.empty()) return fail(Code::invalid, "say what to change");
    if (args.has("enable") && args.has("disable")) {
        return fail(Code::invalid, "--enable and --disable exclude each other");
    }
    SLOTH_TRY(const std::string before, ask(session, args, Kind::GET));
    SLOTH_TRY(const Json object, parse_json(before));
    SLOTH_TRY(ShownWatcher shown, read_watcher(object));
    WatcherSpec& spec = shown.spec;
    std::vector<std::string> named;
    SLOTH_TRY_VOID(apply_watcher_flags(args, spec, named));
    if (args.has("enable") || args.has("disable")) {
        spec.enabled = args.has("enable");
        named.emplace_back("enabled");
    }
    Json changes = Json::object();
    for (const std::string& key : named) changes[key] = (*find_watcher_field(key))->get(spec);
    // By its id: what was typed may mean another one by now.
    SLOTH_TRY(const std::string answer,
              ask(session, args.operands[0], Kind::UPDATE, spec.id, dump_json(changes)));
    return print_watcher(session, answer);
}

Result<int> get(Session& session, const Arguments& args) {
    SLOTH_TRY(const std::string answer, ask(session, args, Kind::GET));
    return print_watcher(session, answer);
}

Result<int> list(Session& session, const Arguments& args) {
    SLOTH_TRY(const std::vector<std::string> agents, chosen_agents(session, args));
    const bool many = chooses_many(args);
    std::vector<Column> columns{
        {"ID", false, 1}, {"Type"}, {"Path/Target", false, 2}, {"Interval"}, {"Status", false, 3}};
    if (many) columns.insert(columns.begin(), Column{"Agent"});
    Table table(std::move(columns));
    Json items = Json::array();
    int code = 0;
    for (const std::string& agent : agents) {
        auto answer = ask(session, agent, Kind::LIST);
        if (!answer && !many) return fail_with(std::move(answer).error());
        if (!answer) {
            code = exit_code(answer.error().code);
            print_error(session, answer.error());
            continue;
        }
        SLOTH_TRY(const Json listed, parse_json(*answer));
        for (const Json& item : listed) {
            SLOTH_TRY(const ShownWatcher watcher, read_watcher(item));
            const WatcherSpec& spec = watcher.spec;
            std::string target = target_of(spec);
            if (!spec.label.empty()) target += fmt::format(" ({})", spec.label);
            std::vector<Cell> cells{spec.id, spec.type, target, format_duration(spec.interval),
                                    state_of(watcher)};
            if (many) cells.insert(cells.begin(), Cell(agent));
            table.add(std::move(cells));
            items.push_back(item);
            if (many) items.back()["agent"] = agent;
        }
    }
    print_list(session, items, "id", table,
               many ? "these agents watch nothing"
                    : fmt::format("the agent '{}' watches nothing", agents[0]));
    return code;
}

Result<int> remove(Session& session, const Arguments& args) {
    SLOTH_TRY_VOID(session.can_confirm());
    SLOTH_TRY(const std::string found, ask(session, args, Kind::GET));
    SLOTH_TRY(const Json before, parse_json(found));
    SLOTH_TRY(const ShownWatcher watcher, read_watcher(before));
    const WatcherSpec& spec = watcher.spec;
    SLOTH_TRY_VOID(session.confirm(
        fmt::format("Delete the watcher {} ({} {})?", spec.id, spec.type, target_of(spec))));
    SLOTH_TRY(const std::string answer, ask(session, args.operands[0], Kind::DELETE, spec.id));
    SLOTH_TRY(const Json object, parse_json(answer));
    const bool waits = object.value("state", "") == "deleting";
    print_one(session, object, "id",
              waits ? fmt::format("Watcher {} will be deleted when the agent returns.\n",
                                  one_line(spec.id))
                    : fmt::format("Watcher {} is deleted.\n", one_line(spec.id)));
    return 0;
}

Result<int> verify(Session& session, const Arguments& args) {
    SLOTH_TRY(const std::string answer, ask(session, args, Kind::VERIFY));
    SLOTH_TRY(const Json verdict, parse_json(answer));
    print_one(session, verdict, "id", verdict_text(verdict, args.operands[0]));
    return verdict.value("complete", false) ? 0 : 1;
}

constexpr std::array kCommands{
    Command{
        "apply", "", "[agent]", "Make agents watch what a file says.",
        "Shows what it would do, and asks before it does it. The file is YAML: `watchers:` and a "
        "list, each with the fields of `agent watcher create` (`check_hash` for --check-hash). "
        "A watcher of the file is the one of the agent that has the same label, or, without "
        "labels, the same type and target. Others are left alone, or deleted with --prune.",
        "agent watcher apply web-01 -f watchers.yaml\n"
        "agent watcher apply --tag web -f watchers.yaml --dry-run\n"
        "agent watcher apply --all-agents -f watchers.yaml --prune --yes",
        kWatcherApplyFlags, apply_watchers},
    Command{
        "create", "add", "[agent]", "Let an agent watch something.",
        "The answer is the agent's own: what it refuses is not created.",
        "agent watcher create local --type file --path /etc/hosts --when changed\n"
        "agent watcher create web-01 --type file --path /srv --when created,deleted --recursive\n"
        "agent watcher create web-01 --type process --name nginx --when stopped,crashed\n"
        "agent watcher create --tag web --type cpu --when above --threshold 80 --for 1m",
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
    Command{"list", "ls", "[agent]", "List what agents watch.",
            "Of an agent that is away it says what is wanted of it.",
            "agent watcher list local\nagent watcher list --all-agents -o json", kAgentChoice,
            list},
    Command{"update", "", "<agent> <id>", "Change a watcher.", "",
            "agent watcher update local watcher-0190 --interval 1m\n"
            "agent watcher update local watcher-0190 --disable",
            kWatcherUpdateFlags, update},
    Command{"verify",
            "",
            "<agent> <id>",
            "Say whether the record of a watcher is complete.",
            "Compares what the watcher has told with what is stored, and names the times in which "
            "something short may have gone unseen. Exit code 0 if it is complete, 1 if not.",
            "agent watcher verify web-01 watcher-0190",
            {},
            verify},
};
static_assert(sorted_by_name(kCommands));

}  // namespace

std::span<const Command> watcher_commands() { return kCommands; }

}  // namespace sloth::cli
