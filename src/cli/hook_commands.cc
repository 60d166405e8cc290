#include <algorithm>
#include <array>

#include "base/json.h"
#include "cli/groups.h"
#include "cli/hook_logs.h"
#include "cli/hook_text.h"
#include "cli/hook_tools.h"
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

Result<void> set_limits(const Arguments& args, v1::AddHookRequest& request) {
    SLOTH_TRY(const auto timeout, args.duration("timeout"));
    if (timeout) request.set_timeout_us(timeout->count());
    if (args.has("memory")) {
        SLOTH_TRY(const int64_t memory, parse_bytes(args.text("memory")));
        request.set_memory(memory);
    }
    if (args.has("output-limit")) {
        SLOTH_TRY(const int64_t output, parse_bytes(args.text("output-limit")));
        request.set_output(output);
    }
    constexpr int64_t kMost = 1'000'000;
    if (args.has("max-concurrency")) {
        SLOTH_TRY(const int64_t most, args.number("max-concurrency", 0, 0));
        request.set_max_concurrency(static_cast<int32_t>(std::min(most, kMost)));
    }
    if (args.has("max-effects-in-flight")) {
        SLOTH_TRY(const int64_t most, args.number("max-effects-in-flight", 1, 1));
        request.set_max_effects_in_flight(static_cast<int32_t>(std::min(most, kMost)));
    }
    if (args.has("profile")) request.set_profile(args.text("profile"));
    return {};
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
    SLOTH_TRY_VOID(set_limits(args, request));
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

Result<int> approve(Session& session, const Arguments& args) {
    SLOTH_TRY(const auto found, fetch(session, args.operands[0], false));
    v1::HookRef request;
    request.set_ref(found.hook().id());
    SLOTH_TRY(const auto reply, session.call(&Stub::ApproveHook, request));
    const Hook hook = wire::to_domain(reply.hook());
    print_one(
        session, wire::to_json(hook), "name",
        fmt::format("Version {} of the hook '{}' runs from now on, with the permissions: {}\n",
                    hook.version, one_line(hook.name), one_line(permissions_text(hook))));
    return 0;
}

constexpr std::array kAddFlags{
    Flag{"description", 'd', "TEXT", "", false, "What it is for."},
    Flag{"disabled", 0, "", "", false, "Register it without enabling it."},
    Flag{"enabled", 0, "", "", false, "Enable it, whatever the script says."},
    Flag{"event", 'e', "TYPE[,TYPE]", "", true, "Event types or globs it wants."},
    Flag{"file", 'f', "FILE", "", false, "The script, when the operand is the name."},
    Flag{"max-concurrency", 0, "N", "", false, "Runs of it at once; 0 is no limit."},
    Flag{"max-effects-in-flight", 0, "N", "", false, "Requests of a run at once, in http.all."},
    Flag{"memory", 0, "SIZE", "", false, "Lua memory of a run, like 64MiB."},
    Flag{"name", 0, "NAME", "", false, "Its name (default: the script's, or the file's)."},
    Flag{"output-limit", 0, "SIZE", "", false, "Output of a run that is kept, like 256KiB."},
    Flag{"profile", 0, "PROFILE", "service|standard|pure", false,
         "What it may reach at most (see docs/permissions.md)."},
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
constexpr std::array kCommands{
    Command{"add", "register", "<file.lua|name>", "Register a Lua script as a hook.",
            "What the script says in its metadata (name, event_type, stack, ...) is taken unless a "
            "flag says otherwise.",
            "hook add notify.lua\nhook add notify.lua --event 'task.failed,agent.*' --stack prod\n"
            "hook add notify --file notify.lua --event task.failed\nhook add notify.lua --replace",
            kAddFlags, add},
    Command{"approve",
            "",
            "<name>",
            "Let an edited script have the wider permissions that it asks for.",
            "An edited file runs at once, unless its permissions are wider than those of the "
            "version that runs: then it waits, and the last approved version goes on.",
            "hook approve notify",
            {},
            approve},
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
    Command{"lint",
            "",
            "<file.lua>",
            "Say what is likely wrong with a script.",
            "Unknown globals, modules and fields, commands that an event could steer, metadata "
            "that says nothing. Nothing is registered. Ends with 1 if there is something to say.",
            "hook lint notify.lua\nhook lint notify.lua -o json",
            {},
            hook_lint},
    Command{"list", "ls", "", "List the hooks.", "", "hook list\nhook list --stack prod -o json",
            kListFlags, list},
    Command{
        "logs", "history log", "<name>", "Show what a hook's runs did, newest first.",
        "Failed means failed or timed out. Interrupted attempts, which were repeated, are shown "
        "only with --all.",
        "hook logs notify\nhook logs notify --only-failed --error -n 5\n"
        "hook logs notify --format json",
        kHookLogsFlags, hook_logs},
    Command{"new", "", "<name>", "Write a hook to start from.",
            "Templates: basic (says what happened), command, deploy, scale (with a cooldown), "
            "slack, webhook. Each works as it is.",
            "hook new notify --event task.failed\nhook new tell_us --template slack -f "
            "hooks/tell_us.lua",
            kHookNewFlags, hook_new},
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
    Command{"test", "", "<name|file.lua>", "Run a hook once, now; the run is not recorded.",
            "Prints its output, its effects and the time they took. What the script does is done "
            "(state and events, too), unless --dry-run says to tell only. A file need not be "
            "registered. Ends with 9 if the run fails.",
            "hook test notify\nhook test notify --type task.failed --data '{\"task\": \"x\"}'\n"
            "hook test notify --event 48213 --dry-run\nhook test ./draft.lua --event @event.json",
            kHookTestFlags, hook_test},
};
static_assert(sorted_by_name(kCommands));

}  // namespace

std::span<const Command> hook_commands() { return kCommands; }

}  // namespace sloth::cli
