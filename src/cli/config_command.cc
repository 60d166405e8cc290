#include <array>

#include "base/json.h"
#include "cli/groups.h"
#include "cli/output.h"

namespace sloth::cli {
namespace {

Result<int> show(Session& session, const Arguments& args) {
    SLOTH_TRY(const auto rows, session.roles().config(session.options()));
    const bool origin = args.has("origin");
    std::vector<Column> columns{{"Key"}, {"Value", false, 2}};
    if (origin) columns.push_back({"Origin", false, 3});
    columns.push_back({"Default", false, 2});
    columns.push_back({"Reason", false, 4});
    Table table(std::move(columns));
    Json items = Json::array();
    for (const ConfigRow& row : rows) {
        items.push_back({{"key", row.key},
                         {"value", row.value},
                         {"origin", row.origin},
                         {"default", row.default_value},
                         {"environment", row.environment},
                         {"reason", row.reason}});
        const Tone tone = row.origin == "default" ? Tone::plain : Tone::bold;
        std::vector<Cell> cells{row.key, Cell(row.value, tone)};
        if (origin) cells.emplace_back(row.origin);
        cells.emplace_back(row.default_value);
        cells.emplace_back(row.reason, Tone::dim);
        table.add(std::move(cells));
    }
    print_list(session, items, "key", table, "there are no settings");
    return 0;
}

constexpr std::array kFlags{Flag{"origin", 0, "", "", false, "Say where each value comes from."}};
static_assert(sorted_by_name(kFlags));
constexpr std::array kCommands{
    Command{"show", "list ls", "", "Show every setting, its default and the reason for it.",
            "Values come from config.yaml in the data folder, else /etc/sloth-runner/config.yaml, "
            "then from the environment, then from flags.",
            "config show\nconfig show --origin\nconfig show --set workers=4 --origin", kFlags,
            show},
};

}  // namespace

std::span<const Command> config_commands() { return kCommands; }

}  // namespace sloth::cli
