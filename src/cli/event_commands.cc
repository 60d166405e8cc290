#include <array>

#include "base/json.h"
#include "cli/dispatch.h"
#include "cli/event_tail.h"
#include "cli/event_text.h"
#include "cli/groups.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/text.h"
#include "wire/convert.h"
#include "wire/json.h"

namespace sloth::cli {
namespace {

using Stub = v1::Admin::StubInterface;

Result<v1::EventDetail> fetch(Session& session, const std::string& typed) {
    v1::EventRef request;
    request.set_ref(event_ref(typed));
    return session.call(&Stub::GetEvent, request);
}

// "2h" ago, or a time.
Result<int64_t> since(const Session& session, const std::string& typed) {
    if (const auto duration = parse_duration(typed)) return to_micros(session.now() - *duration);
    const auto time = parse_rfc3339(typed);
    if (time) return to_micros(*time);
    return fail_with({Code::invalid, fmt::format("--since cannot be '{}'", typed),
                      "it takes a duration like 2h, or a time like 2026-11-23T14:25:07Z"});
}

Result<int> list(Session& session, const Arguments& args) {
    v1::ListEventsRequest request;
    request.set_type(args.text("type"));
    request.set_status(args.text("status"));
    request.set_stack(args.text("stack"));
    request.set_agent(args.text("agent"));
    if (args.has("since")) {
        SLOTH_TRY(const int64_t from, since(session, args.text("since")));
        request.set_since(from);
    }
    SLOTH_TRY(const int64_t limit, args.number("limit", 50, 1));
    request.set_limit(limit);
    SLOTH_TRY(const auto reply, session.call(&Stub::ListEvents, request));
    std::vector<Event> events;
    Json items = Json::array();
    for (const v1::Event& message : reply.events()) {
        events.push_back(wire::to_domain(message));
        items.push_back(wire::to_json(events.back()));
    }
    print_list(session, items, "id", event_table(session, events),
               reply.total() == 0
                   ? "there are no events yet; `sloth-runner events dispatch TYPE` sends one"
                   : "no event matches");
    if (reply.events_size() == limit && reply.total() > limit) {
        session.note(fmt::format("showing the newest {}; --limit shows more", grouped(limit)));
    }
    return 0;
}

Result<int> get(Session& session, const Arguments& args) {
    SLOTH_TRY(const auto detail, fetch(session, args.operands[0]));
    const Event event = wire::to_domain(detail.event());
    print_one(session, wire::to_json(event), "id",
              event_table(session, {&event, 1}).render(session.style()), Format::json);
    return 0;
}

Result<int> show(Session& session, const Arguments& args) {
    SLOTH_TRY(const auto detail, fetch(session, args.operands[0]));
    const EventRuns shown = event_runs(detail);
    if (session.format() == Format::name) {
        session.print(one_line(shown.event.id) + "\n");
    } else {
        print_one(session, event_runs_json(shown), "event", event_runs_text(session, shown));
    }
    return 0;
}

Result<int> remove(Session& session, const Arguments& args) {
    SLOTH_TRY_VOID(session.can_confirm());
    SLOTH_TRY(const auto found, fetch(session, args.operands[0]));
    const Event event = wire::to_domain(found.event());
    SLOTH_TRY_VOID(session.confirm(fmt::format("Delete the event #{} {} ({}) and its runs?",
                                               event.seq, event.type, to_string(event.status))));
    v1::EventRef request;
    request.set_ref(event.id);
    SLOTH_TRY(const auto reply, session.call(&Stub::DeleteEvent, request));
    print_one(session, wire::to_json(wire::to_domain(reply)), "id",
              fmt::format("Event #{} {} is deleted.\n", event.seq, one_line(event.id)));
    return 0;
}

Result<Micros> cleanup_age(const Arguments& args) {
    SLOTH_TRY(const auto age, args.duration("older-than"));
    SLOTH_TRY(const int64_t hours, args.number("hours", -1, 0));
    if (age.has_value() == args.has("hours")) {
        return fail_with({Code::invalid, "say how old the events must be, once",
                          "--older-than 720h, or --hours 720"});
    }
    if (age) return *age;
    if (hours > 24L * 366 * 200) return fail(Code::invalid, "--hours {} is too long", hours);
    return Micros(std::chrono::hours(hours));
}

Result<int> cleanup(Session& session, const Arguments& args) {
    SLOTH_TRY(const Micros age, cleanup_age(args));
    v1::CleanupEventsRequest request;
    request.set_older_than_us(age.count());
    request.set_dry_run(true);
    SLOTH_TRY(auto reply, session.call(&Stub::CleanupEvents, request, kNoLimit));
    const auto print = [&](std::string_view key, const std::string& text) {
        Json out;
        out[std::string(key)] = reply.count();
        print_one(session, out, key, text);
        return 0;
    };
    const std::string what =
        fmt::format("{} event{} in a final state, older than {}, with their runs",
                    grouped(reply.count()), reply.count() == 1 ? "" : "s", format_duration(age));
    if (args.has("dry-run")) return print("would_remove", fmt::format("Would remove {}.\n", what));
    if (reply.count() == 0) return print("removed", fmt::format("Nothing to remove: {}.\n", what));
    session.say(fmt::format("this removes {}", what));
    SLOTH_TRY_VOID(session.confirm("Go on?"));
    request.set_dry_run(false);
    SLOTH_TRY(reply, session.call(&Stub::CleanupEvents, request, kNoLimit));
    return print("removed", fmt::format("Removed {} event{}.\n", grouped(reply.count()),
                                        reply.count() == 1 ? "" : "s"));
}

constexpr std::array kListFlags{
    Flag{"agent", 0, "NAME", "", false, "Only events of this agent."},
    Flag{"limit", 'n', "N", "", false, "At most N events, the newest (default 50)."},
    Flag{"since", 0, "2h|TIME", "", false, "Only events accepted since then."},
    Flag{"stack", 0, "STACK", "", false, "Only events of this stack."},
    Flag{"status", 's', "STATUS", "pending|processing|completed|failed", false,
         "Only events in this state."},
    Flag{"type", 't', "TYPE", "", false, "Only this type, or a glob like 'task.*'."},
};
static_assert(sorted_by_name(kListFlags));
constexpr std::array kCleanupFlags{
    Flag{"dry-run", 0, "", "", false, "Only say what would be removed."},
    Flag{"hours", 'H', "N", "", false, "The same as --older-than, in hours."},
    Flag{"older-than", 0, "DURATION", "", false, "Remove events accepted before that, like 720h."},
};
static_assert(sorted_by_name(kCleanupFlags));

constexpr std::array kCommands{
    Command{"cleanup", "", "", "Remove old events that have reached their final state.", "",
            "events cleanup --older-than 720h --dry-run\nevents cleanup --older-than 720h --yes",
            kCleanupFlags, cleanup},
    Command{"delete",
            "remove rm",
            "<id>",
            "Delete one event and the record of its runs.",
            "",
            "events delete 48213 --yes",
            {},
            remove},
    Command{"dispatch", "send", "[type]", "Send an event, or many from a file.",
            "An event's id is printed as soon as the event is durable. A line of a file is a JSON "
            "object with the keys type, data, id, stack, timestamp, dedup_key and ordering_key; a "
            "bad line is reported with its number and the others go on. With --wait, ends with 9 "
            "if a hook failed.",
            "events dispatch task.failed --data '{\"task\": \"build\"}'\n"
            "events dispatch deploy.started --data @deploy.json --stack prod --wait\n"
            "events dispatch --file events.ndjson -o jsonl\ntail -f app.ndjson | sloth-runner "
            "events dispatch --file -",
            kDispatchFlags, dispatch},
    Command{"get",
            "",
            "<id>",
            "Print an event as JSON.",
            "",
            "events get 48213\nevents get '#48213' -o yaml",
            {},
            get},
    Command{
        "list", "ls", "", "List events, the newest first.", "",
        "events list\nevents list --status failed --since 2h\nevents list --type 'file.*' -o jsonl",
        kListFlags, list},
    Command{"show",
            "",
            "<id>",
            "Show an event and what its hooks did.",
            "",
            "events show 48213\nevents show 48213 -o json",
            {},
            show},
    Command{"tail", "", "", "Print the newest events, and with -f those to come.", "",
            "events tail\nevents tail -f --type 'task.*'\nevents tail -f -o jsonl", kTailFlags,
            tail},
};
static_assert(sorted_by_name(kCommands));

}  // namespace

std::span<const Command> event_commands() { return kCommands; }

}  // namespace sloth::cli
