#include <array>

#include "base/json.h"
#include "cli/groups.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/parse.h"

namespace sloth::cli {
namespace {

constexpr std::string_view kExitCodes =
    "Exit codes:\n"
    "  0    it worked\n"
    "  1    it failed, or was only partly done\n"
    "  2    the command line is wrong\n"
    "  3    not found\n"
    "  4    refused\n"
    "  5    conflict: it exists already, or somebody else holds it\n"
    "  6    no master answers (or no agent)\n"
    "  7    timed out\n"
    "  9    what you waited for failed\n"
    "  141  nobody reads the output any more\n";

Result<int> topic_environment(Session& session) {
    SLOTH_TRY(const auto rows, session.roles().config(session.options()));
    std::string out =
        "Environment variables:\n"
        "  NO_COLOR  no colour, unless --color always\n"
        "  SLOTH_CAUSE  set for what a hook starts: events sent from there are its children\n"
        "\nSettings (see `config show`; flags win over them):\n";
    for (const ConfigRow& row : rows) {
        out += fmt::format("  {}  the setting {}\n", row.environment, row.key);
    }
    session.print(out);
    return 0;
}

Result<int> topic_config(Session& session) {
    SLOTH_TRY(const auto rows, session.roles().config(session.options()));
    std::string out =
        "Settings are read from config.yaml in the data folder, else from\n"
        "/etc/sloth-runner/config.yaml; then from the environment (SLOTH_RUNNER_KEY); then from\n"
        "flags (--set KEY=VALUE). Unknown keys are refused. `config show --origin` shows what is "
        "in\n"
        "effect.\n\nKeys:\n";
    for (const ConfigRow& row : rows) {
        out += fmt::format("  {}: {}\n      {}\n", row.key, row.default_value, row.reason);
    }
    session.print(out);
    return 0;
}

Result<int> help(Session& session, const Arguments& args) {
    if (args.operands.empty()) {
        session.print(help_overview());
        return 0;
    }
    const std::string& topic = args.operands[0];
    if (topic == "exit-codes") {
        session.print(kExitCodes);
        return 0;
    }
    if (topic == "environment") return topic_environment(session);
    if (topic == "config" && args.operands.size() == 1) return topic_config(session);
    std::vector<std::string> words = args.operands;
    words.emplace_back("--help");
    Request request;
    SLOTH_TRY_VOID(parse(words, request));
    session.print(request.command != nullptr ? help_command(*request.group, *request.command)
                                             : help_group(*request.group));
    return 0;
}

Result<int> version(Session& session, const Arguments&) {
    nlohmann::ordered_json out;
    out["version"] = session.roles().version;
    out["compiler"] = "g++ " __VERSION__;
    print_one(session, out, "version", fmt::format("sloth-runner {}\n", session.roles().version));
    return 0;
}

constexpr std::array kHelp{
    Command{"help",
            "",
            "[topic|command] [command] [command]",
            "Explain a command or a topic.",
            "Topics: exit-codes, environment, config.",
            "help hook add\nhelp exit-codes",
            {},
            help,
            false},
};
constexpr std::array kVersion{
    Command{"version", "", "", "Print the version.", "", "version\nversion -o json", {}, version},
};

}  // namespace

std::span<const Command> help_commands() { return kHelp; }
std::span<const Command> version_commands() { return kVersion; }

}  // namespace sloth::cli
