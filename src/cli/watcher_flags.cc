#include "cli/watcher_flags.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "cli/text.h"
#include "domain/watcher_fields.h"
#include "domain/watcher_types.h"

namespace sloth::cli {
namespace {

// Set by hand: they mean more than their text.
constexpr std::array<std::string_view, 5> kApart{"exclude", "include", "path", "type", "when"};

std::string field_of(std::string_view flag) {
    if (flag == "process" || flag == "service") return "name";
    std::string key(flag);
    std::ranges::replace(key, '-', '_');
    return key;
}

Result<void> set_flag(const Arguments& args, const std::string& flag, WatcherSpec& spec,
                      std::vector<std::string>& named) {
    if ((flag == "process" || flag == "service") && spec.type != flag) {
        return fail_with({Code::invalid, fmt::format("--{} is for --type {}", flag, flag),
                          fmt::format("this watcher is of type {}", spec.type)});
    }
    const bool off = flag.starts_with("no-");
    const std::string key = field_of(off ? std::string_view(flag).substr(3) : flag);
    if (std::ranges::find(named, key) != named.end()) {
        return fail(Code::invalid, "--{} is said twice, in two ways", key);
    }
    named.push_back(key);
    return set_field(spec, key, off ? "false" : args.text(flag));
}

Result<void> set_path(const Arguments& args, WatcherSpec& spec) {
    const std::string text = args.text("path");
    std::error_code problem;
    const auto path = std::filesystem::absolute(text, problem);
    if (text.empty() || problem) {
        return fail_with({Code::invalid, fmt::format("--path '{}' is no path", text),
                          "write a path such as /etc/nginx/nginx.conf"});
    }
    spec.path = path.lexically_normal().native();
    return {};
}

}  // namespace

Result<void> apply_watcher_flags(const Arguments& args, WatcherSpec& spec,
                                 std::vector<std::string>& named) {
    // In this order: the unit of a threshold depends on the metric.
    for (const bool quantities : {false, true}) {
        for (const auto& [flag, _] : args.values) {
            const bool apart = std::ranges::find(kApart, flag) != kApart.end();
            const bool known = std::ranges::find(kWatcherUpdateFlags, flag, &Flag::name) !=
                               kWatcherUpdateFlags.end();
            if (apart || !known || flag == "enable" || flag == "disable") continue;
            if ((flag == "threshold" || flag == "hysteresis") != quantities) continue;
            SLOTH_TRY_VOID(set_flag(args, flag, spec, named));
        }
    }
    if (args.has("path")) {
        SLOTH_TRY_VOID(set_path(args, spec));
        named.emplace_back("path");
    }
    for (const auto& [flag, globs] :
         {std::pair("exclude", &spec.exclude), std::pair("include", &spec.include)}) {
        if (!args.has(flag)) continue;
        *globs = args.list(flag);
        named.emplace_back(flag);
    }
    if (args.has("when")) named.emplace_back("conditions");
    if (args.has("when") || spec.conditions.empty()) {
        SLOTH_TRY(spec.conditions, parse_conditions(spec.type, joined(args.list("when"))));
    }
    return validate(spec);
}

std::string watcher_type_names() {
    std::vector<std::string_view> names;
    for (const WatcherType& type : watcher_types()) names.push_back(type.name);
    return words_for_people(names);
}

std::string watcher_condition_names(std::string_view type) {
    const auto known = find_watcher_type(type);
    return known ? words_for_people(split_words((*known)->conditions)) : "";
}

}  // namespace sloth::cli
