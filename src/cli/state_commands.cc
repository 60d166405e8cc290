#include <array>

#include "base/json.h"
#include "cli/groups.h"
#include "cli/output.h"
#include "cli/text.h"

namespace sloth::cli {
namespace {

using Stub = v1::Admin::StubInterface;

// Stored JSON; what does not parse is shown as text.
Json value_of(const std::string& text) {
    auto parsed = parse_json(text);
    return parsed ? std::move(*parsed) : Json(text);
}

Json to_json(const v1::StateEntry& entry) {
    return Json{{"key", entry.key()}, {"stack", entry.stack()}, {"value", value_of(entry.value())}};
}

// A text without its quotes, everything else as JSON.
std::string bare(const std::string& stored) {
    const Json value = value_of(stored);
    return value.is_string() ? value.get<std::string>() : dump_json(value);
}

v1::StateRef ref_of(const Arguments& args) {
    v1::StateRef ref;
    if (!args.operands.empty()) ref.set_key(args.operands[0]);
    ref.set_stack(args.text("stack"));
    return ref;
}

Result<int> get(Session& session, const Arguments& args) {
    SLOTH_TRY(const auto entry, session.call(&Stub::GetState, ref_of(args)));
    print_one(session, to_json(entry), "key", bare(entry.value()) + "\n");
    return 0;
}

Result<int> list(Session& session, const Arguments& args) {
    SLOTH_TRY(const auto reply, session.call(&Stub::ListState, ref_of(args)));
    Json items = Json::array();
    Table table({{"Key", false, 1}, {"Value", false, 2}});
    for (const v1::StateEntry& entry : reply.entries()) {
        items.push_back(to_json(entry));
        table.add({entry.key(), entry.value()});
    }
    print_list(session, items, "key", table, "no hook of this stack has kept anything");
    return 0;
}

// JSON as it is; anything else is a text.
Result<int> set(Session& session, const Arguments& args) {
    v1::SetStateRequest request;
    request.set_key(args.operands[0]);
    request.set_stack(args.text("stack"));
    const std::string& given = args.operands[1];
    request.set_value(parse_json(given) ? given : dump_json(Json(given)));
    SLOTH_TRY(const auto ttl, args.duration("ttl"));
    if (ttl) request.set_ttl_us(ttl->count());
    SLOTH_TRY(const auto entry, session.call(&Stub::SetState, request));
    print_one(session, to_json(entry), "key",
              fmt::format("State '{}' is set.\n", one_line(entry.key())));
    return 0;
}

Result<int> remove(Session& session, const Arguments& args) {
    const v1::StateRef ref = ref_of(args);
    SLOTH_TRY_VOID(session.confirm(fmt::format("Delete the state '{}'?", ref.key())));
    SLOTH_TRY(const auto entry, session.call(&Stub::DeleteState, ref));
    print_one(session, to_json(entry), "key",
              fmt::format("State '{}' is deleted.\n", one_line(ref.key())));
    return 0;
}

constexpr Flag kStack{"stack", 's',   "STACK",
                      "",      false, "Of this stack (default: of hooks without)."};
constexpr std::array kStackFlags{kStack};
constexpr std::array kSetFlags{
    kStack, Flag{"ttl", 0, "DURATION", "", false, "Forget it after so long, like 5m."}};
static_assert(sorted_by_name(kSetFlags));

constexpr std::array kCommands{
    Command{"delete", "remove rm", "<key>", "Delete a value.", "",
            "state delete last_scale_time --yes", kStackFlags, remove},
    Command{"get", "", "<key>", "Print a value that hooks have kept.",
            "A text is printed bare, everything else as JSON.",
            "state get last_scale_time\nstate get hosts --stack prod -o json", kStackFlags, get},
    Command{"list", "ls", "[prefix]", "List keys and values.", "",
            "state list\nstate list deploy: --stack prod", kStackFlags, list},
    Command{"set", "", "<key> <value>", "Set a value for hooks to find.",
            "JSON is taken as it is, anything else as a text.",
            "state set maintenance true --ttl 2h\nstate set hosts '[\"a\", \"b\"]' --stack prod",
            kSetFlags, set},
};
static_assert(sorted_by_name(kCommands));

}  // namespace

std::span<const Command> state_commands() { return kCommands; }

}  // namespace sloth::cli
