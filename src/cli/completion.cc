#include <algorithm>
#include <array>

#include "cli/groups.h"
#include "cli/session.h"

namespace sloth::cli {
namespace {

constexpr std::string_view kBash = R"(# sloth-runner completion for bash
_sloth_runner() {
    local IFS=$'\n'
    COMPREPLY=($(sloth-runner __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -o bashdefault -F _sloth_runner sloth-runner
)";

constexpr std::string_view kZsh = R"(#compdef sloth-runner
_sloth_runner() {
    local -a words_found
    words_found=("${(@f)$(sloth-runner __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "$words_found" ]]; then compadd -- $words_found; else _files; fi
}
compdef _sloth_runner sloth-runner
)";

constexpr std::string_view kFish = R"(# sloth-runner completion for fish
complete -c sloth-runner -f -a '(sloth-runner __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
complete -c sloth-runner -F -n '__fish_seen_argument -l file -l config -l data-dir'
)";

Result<int> completion(Session& session, const Arguments& args) {
    const std::string& shell = args.operands[0];
    if (shell == "bash" || shell == "zsh" || shell == "fish") {
        session.print(shell == "bash" ? kBash : shell == "zsh" ? kZsh : kFish);
        return 0;
    }
    return fail_with({Code::invalid, fmt::format("no completion for '{}'", shell),
                      "it takes bash, zsh or fish"});
}

using Names = std::vector<std::string>;

// Where the words before the one that is being typed have led to.
struct Place {
    const Group* group = nullptr;
    const Command* command = nullptr;
    const Flag* waiting = nullptr;  // a flag that wants its value now
};

bool named(std::string_view word, std::string_view name, std::string_view aliases) {
    if (word == name) return true;
    const auto others = words_of(aliases);
    return std::find(others.begin(), others.end(), word) != others.end();
}

const Flag* flag_of(const Place& place, std::string_view word) {
    const auto find = [&](std::span<const Flag> flags) -> const Flag* {
        for (const Flag& flag : flags) {
            if (word == fmt::format("--{}", flag.name) ||
                (flag.letter != 0 && word == fmt::format("-{}", flag.letter))) {
                return &flag;
            }
        }
        return nullptr;
    };
    const Flag* own = place.command != nullptr ? find(place.command->flags) : nullptr;
    return own != nullptr ? own : find(global_flags());
}

void step(Place& place, std::string_view word) {
    if (place.waiting != nullptr) {
        place.waiting = nullptr;
        return;
    }
    if (word.starts_with('-')) {
        const Flag* flag = flag_of(place, word);
        if (flag != nullptr && !flag->value.empty()) place.waiting = flag;
        return;
    }
    if (place.command != nullptr) return;
    for (const Group& group : groups()) {
        const size_t space = group.name.rfind(' ');
        const bool inner = space != std::string_view::npos;
        const bool here =
            inner ? place.group != nullptr && place.group->name == group.name.substr(0, space)
                  : place.group == nullptr;
        if (!here || !named(word, inner ? group.name.substr(space + 1) : group.name, group.aliases))
            continue;
        place.group = &group;
        if (group.single) place.command = &group.commands().front();
        return;
    }
    if (place.group == nullptr) return;
    for (const Command& command : place.group->commands()) {
        if (named(word, command.name, command.aliases)) place.command = &command;
    }
}

Names candidates(const Place& place, bool flags) {
    Names out;
    if (place.waiting != nullptr) {
        for (const auto choice : words_of(place.waiting->choices, '|')) out.emplace_back(choice);
        return out;
    }
    if (flags) {
        if (place.command != nullptr) {
            for (const Flag& flag : place.command->flags)
                out.push_back(fmt::format("--{}", flag.name));
        }
        for (const Flag& flag : global_flags()) out.push_back(fmt::format("--{}", flag.name));
        out.emplace_back("--help");
        return out;
    }
    if (place.command != nullptr) {
        if (place.command->name == "completion") out = {"bash", "fish", "zsh"};
        return out;
    }
    const std::string prefix = place.group != nullptr ? fmt::format("{} ", place.group->name) : "";
    for (const Group& group : groups()) {
        const bool hidden = group.single && group.commands().front().hidden;
        if (hidden || !group.name.starts_with(prefix)) continue;
        const std::string_view rest = group.name.substr(prefix.size());
        if (rest.find(' ') == std::string_view::npos) out.emplace_back(rest);
    }
    if (place.group != nullptr) {
        for (const Command& command : place.group->commands()) out.emplace_back(command.name);
    }
    return out;
}

// The words typed so far, the last one being what is to be completed.
Result<int> complete(Session& session, const Arguments& args) {
    Place place;
    const std::string last = args.operands.empty() ? "" : args.operands.back();
    for (size_t i = 0; i + 1 < args.operands.size(); ++i) step(place, args.operands[i]);
    Names names = candidates(place, last.starts_with('-'));
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
        if (name.starts_with(last)) session.print(name + "\n");
    }
    return 0;
}

constexpr std::array kCompletion{
    Command{"completion",
            "",
            "<bash|zsh|fish>",
            "Print the completion script of a shell.",
            "",
            "completion bash > /etc/bash_completion.d/sloth-runner\n"
            "completion fish > ~/.config/fish/completions/sloth-runner.fish",
            {},
            completion,
            false},
};
constexpr std::array kComplete{
    Command{"__complete", "", "[word]...", "", "", "", {}, complete, false, true},
};

}  // namespace

std::span<const Command> completion_commands() { return kCompletion; }
std::span<const Command> complete_commands() { return kComplete; }

}  // namespace sloth::cli
