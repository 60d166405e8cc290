#include <algorithm>
#include <array>
#include <charconv>

#include "cli/command.h"
#include "cli/groups.h"

namespace sloth::cli {
namespace {

constexpr std::array kGroups{
    Group{"__complete", "", "", complete_commands, true},
    Group{"agent", "agents", "Run agents and see them.", agent_commands},
    Group{"agent watcher", "watchers", "What an agent watches.", watcher_commands},
    Group{"bench", "", "", bench_commands, true},
    Group{"completion", "", "", completion_commands, true},
    Group{"config", "", "The settings in effect.", config_commands},
    Group{"events", "event", "Send events and see what became of them.", event_commands},
    Group{"help", "", "", help_commands, true},
    Group{"hook", "hooks", "Register Lua hooks and see their runs.", hook_commands},
    Group{"master", "", "Run a master.", master_commands},
    Group{"secret", "secrets", "Values that hooks may read and nobody else sees.", secret_commands},
    Group{"state", "", "What hooks keep between their runs.", state_commands},
    Group{"status", "", "", status_commands, true},
    Group{"up", "", "", up_commands, true},
    Group{"version", "", "", version_commands, true},
};
static_assert(std::is_sorted(kGroups.begin(), kGroups.end(),
                             [](const Group& a, const Group& b) { return a.name < b.name; }));

constexpr std::array kGlobalFlags{
    Flag{"color", 0, "WHEN", "auto|always|never", false, "Colour the output (default auto)."},
    Flag{"config", 0, "FILE", "", false, "Read this configuration file."},
    Flag{"data-dir", 0, "DIR", "", false, "Use this data folder."},
    Flag{"format", 'o', "FORMAT", "table|json|yaml|jsonl|name", false, "Print as FORMAT."},
    Flag{"log-format", 0, "FORMAT", "text|json", false, "How log lines look."},
    Flag{"log-level", 0, "LEVEL", "debug|info|warn|error", false, "Log from LEVEL on."},
    Flag{"master", 0, "ADDR", "", false, "Talk to this master (HOST:PORT or unix:PATH)."},
    Flag{"quiet", 'q', "", "", false, "Print ids only, and no hints."},
    Flag{"set", 0, "KEY=VALUE", "", true, "Change one setting for this command."},
    Flag{"yes", 'y', "", "", false, "Do not ask before deleting."},
};
static_assert(sorted_by_name(kGlobalFlags));

}  // namespace

std::span<const Group> groups() { return kGroups; }
std::span<const Flag> global_flags() { return kGlobalFlags; }

std::string full_name(const Group& group, const Command& command) {
    if (group.single) return std::string(group.name);
    return fmt::format("{} {}", group.name, command.name);
}

std::vector<std::string_view> words_of(std::string_view list, char separator) {
    std::vector<std::string_view> words;
    while (!list.empty()) {
        const size_t end = list.find(separator);
        if (end != 0) words.push_back(list.substr(0, end));
        if (end == std::string_view::npos) break;
        list.remove_prefix(end + 1);
    }
    return words;
}

std::string Arguments::text(std::string_view flag, std::string_view otherwise) const {
    const auto found = values.find(flag);
    return found == values.end() ? std::string(otherwise) : found->second.front();
}

std::vector<std::string> Arguments::list(std::string_view flag) const {
    std::vector<std::string> out;
    if (const auto found = values.find(flag); found != values.end()) {
        for (const std::string& value : found->second) {
            for (const std::string_view word : words_of(value, ',')) out.emplace_back(word);
        }
    }
    return out;
}

Result<int64_t> Arguments::number(std::string_view flag, int64_t otherwise, int64_t least) const {
    if (!has(flag)) return otherwise;
    const std::string typed = text(flag);
    int64_t value = 0;
    const char* end = typed.data() + typed.size();
    const auto [stop, problem] = std::from_chars(typed.data(), end, value);
    if (problem != std::errc() || stop != end || typed.empty() || value < least) {
        return fail(Code::invalid, "--{} takes a whole number from {} on, not '{}'", flag, least,
                    typed);
    }
    return value;
}

Result<std::optional<Micros>> Arguments::duration(std::string_view flag) const {
    if (!has(flag)) return std::nullopt;
    auto parsed = parse_duration(text(flag));
    if (!parsed) {
        return fail_with({Code::invalid, fmt::format("--{}: {}", flag, parsed.error().message),
                          parsed.error().hint});
    }
    return *parsed;
}

}  // namespace sloth::cli
