#include "cli/help.h"

#include <algorithm>

#include "cli/text.h"

namespace sloth::cli {
namespace {

constexpr size_t kWidth = 80;

using Rows = std::vector<std::pair<std::string, std::string>>;

// Words of `text` in lines of at most kWidth, each but the first with `indent` before it.
std::string wrapped(std::string_view text, size_t indent) {
    std::string out;
    size_t column = indent;
    for (const std::string_view word : words_of(text)) {
        if (!out.empty() && column + 1 + word.size() > kWidth) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!out.empty()) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out;
}

std::string two_columns(const Rows& rows) {
    size_t width = 0;
    for (const auto& [left, right] : rows) width = std::max(width, left.size());
    std::string out;
    for (const auto& [left, right] : rows) {
        out += fmt::format("  {:<{}}  {}\n", left, width, wrapped(right, width + 4));
    }
    return out;
}

std::string flags_text(std::span<const Flag> flags) {
    Rows rows;
    for (const Flag& flag : flags) {
        std::string left = flag.letter != 0 ? fmt::format("-{}, ", flag.letter) : "    ";
        left += fmt::format("--{}", flag.name);
        if (!flag.value.empty()) left += fmt::format(" {}", flag.value);
        std::string right(flag.help);
        if (!flag.choices.empty()) right += fmt::format(" [{}]", flag.choices);
        rows.emplace_back(std::move(left), std::move(right));
    }
    return two_columns(rows);
}

bool is_hidden(const Group& group) { return group.single && group.commands().front().hidden; }

std::string_view summary_of(const Group& group) {
    return group.single ? group.commands().front().summary : group.summary;
}

}  // namespace

std::string help_overview() {
    std::string out =
        "Watches machines, stores typed events durably, and runs Lua hooks on them.\n\n"
        "Usage:\n  sloth-runner COMMAND [flags]\n\nCommands:\n";
    Rows rows;
    for (const Group& group : groups()) {
        if (!is_hidden(group)) rows.emplace_back(group.name, summary_of(group));
    }
    out += two_columns(rows);
    out +=
        "\nExamples:\n"
        "  sloth-runner up\n"
        "  sloth-runner hook add notify.lua\n"
        "  sloth-runner events dispatch task.failed --data '{\"task\": \"build\"}' --wait\n"
        "  sloth-runner hook logs notify\n"
        "\nFlags of every command:\n";
    return out + flags_text(global_flags()) +
           "\n`sloth-runner COMMAND --help` tells more; topics: help exit-codes, help environment, "
           "help config.\n";
}

std::string help_group(const Group& group) {
    std::string out = fmt::format("{}\n\nUsage:\n  sloth-runner {} COMMAND [flags]\n\nCommands:\n",
                                  group.summary, group.name);
    Rows rows;
    for (const Command& command : group.commands())
        rows.emplace_back(command.name, command.summary);
    const std::string prefix = fmt::format("{} ", group.name);
    for (const Group& inner : groups()) {
        if (inner.name.starts_with(prefix)) {
            rows.emplace_back(inner.name.substr(prefix.size()), inner.summary);
        }
    }
    std::sort(rows.begin(), rows.end());
    return out + two_columns(rows) +
           fmt::format("\n`sloth-runner {} COMMAND --help` tells more.\n", group.name);
}

std::string help_command(const Group& group, const Command& command) {
    const std::string name = full_name(group, command);
    std::string out = fmt::format("{}\n\nUsage:\n  sloth-runner {}{}{} [flags]\n", command.summary,
                                  name, command.operands.empty() ? "" : " ", command.operands);
    if (!command.aliases.empty()) {
        out += fmt::format("\nAlso: {}\n", joined(words_of(command.aliases), ", "));
    }
    if (!command.details.empty()) out += fmt::format("\n{}\n", wrapped(command.details, 0));
    out += "\nExamples:\n";
    for (const std::string_view line : words_of(command.examples, '\n')) {
        const bool whole = line.find("sloth-runner") != std::string_view::npos;
        out += fmt::format("  {}{}\n", whole ? "" : "sloth-runner ", line);
    }
    if (!command.flags.empty()) out += "\nFlags:\n" + flags_text(command.flags);
    out += "\nFlags of every command:\n" + flags_text(global_flags());
    return out + "\nExit codes: `sloth-runner help exit-codes`.\n";
}

}  // namespace sloth::cli
