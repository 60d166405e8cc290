#include <array>

#include "base/json.h"
#include "base/utf8.h"
#include "cli/groups.h"
#include "cli/output.h"
#include "cli/secret_input.h"
#include "cli/text.h"

namespace sloth::cli {
namespace {

using Stub = v1::Admin::StubInterface;

Json to_json(const v1::SecretInfo& info) {
    Json out{{"name", info.name()}, {"stack", info.stack()}};
    if (info.created_at() != 0) out["created_at"] = format_rfc3339(from_micros(info.created_at()));
    if (info.updated_at() != 0) out["updated_at"] = format_rfc3339(from_micros(info.updated_at()));
    return out;
}

std::string in_stack(const std::string& stack) {
    return stack.empty() ? "for all stacks" : fmt::format("in the stack '{}'", one_line(stack));
}

v1::SecretRef ref_of(const Arguments& args) {
    v1::SecretRef ref;
    ref.set_name(args.operands[0]);
    ref.set_stack(args.text("stack"));
    return ref;
}

Result<int> set(Session& session, const Arguments& args) {
    v1::SetSecretRequest request;
    request.set_name(args.operands[0]);
    request.set_stack(args.text("stack"));
    SLOTH_TRY(*request.mutable_value(),
              read_secret(session, args.operands[0], args.has("keep-line-break")));
    SLOTH_TRY(const auto reply, session.call(&Stub::SetSecret, request));
    print_one(session, to_json(reply.secret()), "name",
              fmt::format("Secret '{}' is {} {}.\n", one_line(request.name()),
                          reply.replaced() ? "changed" : "set", in_stack(request.stack())));
    return 0;
}

Result<int> get(Session& session, const Arguments& args) {
    SLOTH_TRY(const auto reply, session.call(&Stub::GetSecret, ref_of(args)));
    Json json = to_json(reply.secret());
    json["value"] = valid_utf8(reply.value());
    print_one(session, json, "name", reply.value() + "\n");
    return 0;
}

Result<int> list(Session& session, const Arguments& args) {
    v1::ListSecretsRequest request;
    if (args.has("stack")) request.set_stack(args.text("stack"));
    SLOTH_TRY(const auto reply, session.call(&Stub::ListSecrets, request));
    Json items = Json::array();
    Table table({{"Name", false, 1}, {"Stack"}, {"Created"}, {"Updated"}});
    for (const v1::SecretInfo& info : reply.secrets()) {
        items.push_back(to_json(info));
        table.add({info.name(), info.stack().empty() ? "-" : info.stack(),
                   relative(from_micros(info.created_at()), session.now()),
                   relative(from_micros(info.updated_at()), session.now())});
    }
    print_list(session, items, "name", table,
               "no secrets are set; `sloth-runner secret set NAME` sets one");
    return 0;
}

Result<int> remove(Session& session, const Arguments& args) {
    const v1::SecretRef ref = ref_of(args);
    SLOTH_TRY_VOID(session.confirm(
        fmt::format("Remove the secret '{}' {}?", ref.name(), in_stack(ref.stack()))));
    SLOTH_TRY(const auto reply, session.call(&Stub::RemoveSecret, ref));
    print_one(session, to_json(reply.secret()), "name",
              fmt::format("Secret '{}' is removed.\n", one_line(ref.name())));
    return 0;
}

Result<int> rotate(Session& session, const Arguments&) {
    SLOTH_TRY(const auto reply, session.call(&Stub::RotateSecretKey, v1::Empty()));
    print_one(session, Json{{"count", reply.count()}}, "count",
              fmt::format("{} secrets are sealed with a new key.\n", grouped(reply.count())));
    session.note("the old key is gone: backups of the key file from before open nothing any more");
    return 0;
}

constexpr Flag kStack{"stack", 's', "STACK", "", false, "Of this stack (default: of all stacks)."};
constexpr std::array kStackFlags{kStack};
constexpr std::array kListFlags{
    Flag{"stack", 's', "STACK", "", false, "Only those of this stack."}};
constexpr std::array kSetFlags{
    Flag{"keep-line-break", 0, "", "", false, "Keep the line break at the end of the input."},
    kStack};
static_assert(sorted_by_name(kSetFlags));

constexpr std::array kCommands{
    Command{"get", "", "<name>", "Print a secret's value.",
            "The value goes to standard output as it is, and a line break. Each read is an event, "
            "secret.accessed.",
            "secret get slack_webhook_url\nsecret get deploy_key --stack prod > key", kStackFlags,
            get},
    Command{"list", "ls", "", "List the names of secrets.", "",
            "secret list\nsecret list --stack prod -o json", kListFlags, list},
    Command{"remove", "delete rm", "<name>", "Remove a secret.", "",
            "secret remove deploy_key --stack prod --yes", kStackFlags, remove},
    Command{"rotate",
            "",
            "",
            "Seal all secrets with a new key.",
            "The key lies in the file keys/secrets.key of the data folder, beside the database. "
            "Keep copies of both, in different places.",
            "secret rotate",
            {},
            rotate},
    Command{"set", "add", "<name>", "Set a secret, read from standard input or a prompt.",
            "A hook reads it with secret.get(name): the value of its own stack, else the one of "
            "all stacks. The value is never an argument, which every user of the machine could "
            "read. One line break at the end of the input is left out.",
            "secret set slack_webhook_url\nprintf %s \"$TOKEN\" | sloth-runner secret set token "
            "--stack prod\nsecret set deploy_key < id_ed25519",
            kSetFlags, set},
};
static_assert(sorted_by_name(kCommands));

}  // namespace

std::span<const Command> secret_commands() { return kCommands; }

}  // namespace sloth::cli
