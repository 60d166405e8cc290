#include <array>

#include "base/json.h"
#include "cli/groups.h"
#include "cli/hook_logs.h"
#include "cli/hook_text.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/text.h"
#include "wire/convert.h"
#include "wire/json.h"

namespace sloth::cli {
namespace {

using Stub = v1::Admin::StubInterface;

Result<v1::HookDetail> fetch(Session& session, const std::string& ref, bool history) {
    v1::GetHookRequest request;
    request.set_ref(ref);
    request.set_history(history);
    return session.call(&Stub::GetHook, request);
}

// `add <file.lua>`, or the older `add <name> --file F`.
Result<v1::AddHookRequest> add_request(const Arguments& args) {
    v1::AddHookRequest request;
    std::string file = args.operands[0];
    if (args.has("file")) {
        if (args.has("name")) {
            return fail(Code::invalid, "the name is given twice: '{}' and --name {}", file,
                        args.text("name"));
        }
        request.set_name(file);
        file = args.text("file");
    }
    SLOTH_TRY(*request.mutable_file_path(), absolute_file(file, "hook file"));
    if (args.has("name")) request.set_name(args.text("name"));
    for (const std::string& type : args.list("event")) request.add_event_types(type);
    if (args.has("stack")) request.set_stack(args.text("stack"));
    if (args.has("description")) request.set_description(args.text("description"));
    if (args.has("disabled") && args.has("enabled")) {
        return fail(Code::invalid, "--enabled and --disabled exclude each other");
    }
    if (args.has("disabled") || args.has("enabled")) request.set_enabled(args.has("enabled"));
    SLOTH_TRY(const auto timeout, args.duration("timeout"));
    if (timeout) request.set_timeout_us(timeout->count());
    if (args.has("memory")) {
        SLOTH_TRY(const int64_t memory, parse_bytes(args.text("memory")));
        request.set_memory(memory);
    }
    request.set_replace(args.has("replace"));
    return request;
}

Result<int> add(Session& session, const Arguments& args) {
    SLOTH_TRY(const auto request, add_request(args));
    SLOTH_TRY(const auto reply, session.call(&Stub::AddHook, request));
    for (const std::string& warning : reply.warnings()) session.say("warning: " + warning);
    const Hook hook = wire::to_domain(reply.hook());
    print_one(session, wire::to_json(hook), "name", hook_text(session, hook));
    session.note(fmt::format("hook '{}' is registered; `sloth-runner hook test {}` tries it",
                             hook.name, hook.name));
    return 0;
}

Result<int> list(Session& session, const Arguments& args) {
    v1::ListHooksRequest request;
    if (args.has("stack")) request.set_stack(args.text("stack"));
    SLOTH_TRY(const auto reply, session.call(&Stub::ListHooks, request));
    std::vector<Hook> hooks;
    Json items = Json::array();
    for (const v1::Hook& message : reply.hooks()) {
        hooks.push_back(wire::to_domain(message));
        items.push_back(wire::to_json(hooks.back()));
    }
    print_list(session, items, "name", hook_table(session, hooks),
               "no hooks are registered; `sloth-runner hook add FILE.lua` adds one");
    return 0;
}

Result<int> get(Session& session, const Arguments& args) {
    SLOTH_TRY(const auto reply, fetch(session, args.operands[0], false));
    const Hook hook = wire::to_domain(reply.hook());
    print_one(session, wire::to_json(hook), "name", hook_text(session, hook), Format::json);
    return 0;
}

Result<int> show(Session& session, const Arguments& args) {
    SLOTH_TRY(const auto reply, fetch(session, args.operands[0], args.has("history")));
    const Hook hook = wire::to_domain(reply.hook());
    Json json = wire::to_json(hook);
    std::string text = hook_text(session, hook);
    if (args.has("history")) {
        Table table({{"Version", true}, {"Created"}, {"Content Hash", false, 1}});
        json["versions"] = Json::array();
        for (const v1::HookVersion& message : reply.versions()) {
            const HookVersion version = wire::to_domain(message);
            json["versions"].push_back(wire::to_json(version));
            table.add({std::to_string(version.version), format_local(version.created_at),
                       version.content_hash});
        }
        text += "\n" + table.render(session.style());
    }
    print_one(session, json, "name", text);
    return 0;
}

Result<int> set_enabled(Session& session, const Arguments& args, bool enabled) {
    v1::SetHookEnabledRequest request;
    request.set_ref(args.operands[0]);
    request.set_enabled(enabled);
    SLOTH_TRY(const auto reply, session.call(&Stub::SetHookEnabled, request));
    const Hook hook = wire::to_domain(reply.hook());
    const std::string text =
        fmt::format("Hook '{}' {} {}.\n", one_line(hook.name),
                    reply.changed() ? "is now" : "was already", enabled ? "enabled" : "disabled");
    print_one(session, wire::to_json(hook), "name", text);
    return 0;
}

Result<int> enable(Session& session, const Arguments& args) {
    return set_enabled(session, args, true);
}
Result<int> disable(Session& session, const Arguments& args) {
    return set_enabled(session, args, false);
}

Result<int> remove(Session& session, const Arguments& args) {
    SLOTH_TRY_VOID(session.can_confirm());
    SLOTH_TRY(const auto found, fetch(session, args.operands[0], false));
    SLOTH_TRY_VOID(
        session.confirm(fmt::format("Remove the hook '{}' (run {} times; its history stays)?",
                                    found.hook().name(), found.hook().run_count())));
    v1::HookRef request;
    request.set_ref(found.hook().id());
    SLOTH_TRY(const auto reply, session.call(&Stub::RemoveHook, request));
    const Hook hook = wire::to_domain(reply.hook());
    print_one(session, wire::to_json(hook), "name",
              fmt::format("Hook '{}' is removed; its history stays.\n", one_line(hook.name)));
    return 0;
}

Result<int> test(Session& session, const Arguments& args) {
    v1::TestHookRequest request;
    request.set_ref(args.operands[0]);
    request.set_type(args.text("type"));
    request.set_event_ref(event_ref(args.text("event")));
    request.set_stack(args.text("stack"));
    if (args.has("event") && (args.has("data") || args.has("type"))) {
        return fail(Code::invalid, "--event takes a stored event: --type and --data exclude it");
    }
    if (args.has("data")) {
        SLOTH_TRY(*request.mutable_data(), read_data(session, args.text("data")));
    }
    SLOTH_TRY(const auto reply, session.call(&Stub::TestHook, request, kNoLimit));
    const Execution run = wire::to_domain(reply);
    print_one(session, wire::to_json(run), "status", run_text(run));
    return run.status == RunStatus::success ? 0 : kAwaitedFailed;
}

constexpr std::array kAddFlags{
    Flag{"description", 'd', "TEXT", "", false, "What it is for."},
    Flag{"disabled", 0, "", "", false, "Register it without enabling it."},
    Flag{"enabled", 0, "", "", false, "Enable it, whatever the script says."},
    Flag{"event", 'e', "TYPE[,TYPE]", "", true, "Event types or globs it wants."},
    Flag{"file", 'f', "FILE", "", false, "The script, when the operand is the name."},
    Flag{"memory", 0, "SIZE", "", false, "Lua memory of a run, like 64MiB."},
    Flag{"name", 0, "NAME", "", false, "Its name (default: the script's, or the file's)."},
    Flag{"replace", 0, "", "", false, "Take the place of a hook of this name."},
    Flag{"stack", 's', "STACK", "", false, "See only events of this stack."},
    Flag{"timeout", 0, "DURATION", "", false, "Time of a run, like 30s."},
};
static_assert(sorted_by_name(kAddFlags));
constexpr std::array kListFlags{
    Flag{"stack", 's', "STACK", "", false, "Only hooks of this stack."}};
static_assert(sorted_by_name(kListFlags));
constexpr std::array kShowFlags{
    Flag{"history", 0, "", "", false, "Every version of the script, too."}};
static_assert(sorted_by_name(kShowFlags));
constexpr std::array kTestFlags{
    Flag{"data", 'd', "JSON|@FILE|-", "", false, "The event's data (default {})."},
    Flag{"event", 0, "ID", "", false, "Take this stored event."},
    Flag{"stack", 's', "STACK", "", false, "The event's stack."},
    Flag{"type", 't', "TYPE", "", false, "The event's type (default: the hook's first)."},
};
static_assert(sorted_by_name(kTestFlags));

constexpr std::array kCommands{
    Command{"add", "register", "<file.lua|name>", "Register a Lua script as a hook.",
            "What the script says in its metadata (name, event_type, stack, ...) is taken unless a "
            "flag says otherwise.",
            "hook add notify.lua\nhook add notify.lua --event 'task.failed,agent.*' --stack prod\n"
            "hook add notify --file notify.lua --event task.failed\nhook add notify.lua --replace",
            kAddFlags, add},
    Command{"disable",
            "",
            "<name>",
            "Stop giving events to a hook.",
            "",
            "hook disable notify",
            {},
            disable},
    Command{"enable",
            "",
            "<name>",
            "Give events to a hook again.",
            "",
            "hook enable notify",
            {},
            enable},
    Command{"get",
            "",
            "<name>",
            "Print a hook as JSON.",
            "",
            "hook get notify\nhook get notify -o yaml",
            {},
            get},
    Command{"list", "ls", "", "List the hooks.", "", "hook list\nhook list --stack prod -o json",
            kListFlags, list},
    Command{
        "logs", "history log", "<name>", "Show what a hook's runs did, newest first.",
        "Failed means failed or timed out. Interrupted attempts, which were repeated, are shown "
        "only with --all.",
        "hook logs notify\nhook logs notify --only-failed --error -n 5\n"
        "hook logs notify --format json",
        kHookLogsFlags, hook_logs},
    Command{"remove",
            "delete rm",
            "<name>",
            "Remove a hook; its history stays.",
            "",
            "hook remove notify --yes",
            {},
            remove},
    Command{"show", "", "<name>", "Show a hook.", "", "hook show notify --history", kShowFlags,
            show},
    Command{"test", "", "<name>", "Run a hook once; nothing is recorded.",
            "What the script does to the world outside is done. Ends with 9 if the run fails.",
            "hook test notify\nhook test notify --type task.failed --data '{\"task\": \"x\"}'\n"
            "hook test notify --event 48213",
            kTestFlags, test},
};
static_assert(sorted_by_name(kCommands));

}  // namespace

std::span<const Command> hook_commands() { return kCommands; }

}  // namespace sloth::cli
