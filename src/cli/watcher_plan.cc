#include "cli/watcher_plan.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "cli/text.h"
#include "domain/watcher_fields.h"
#include "text/json.h"
#include "text/yaml.h"

namespace sloth::cli {
namespace {

constexpr size_t kMaxJson = 8 << 20;
constexpr std::array<std::string_view, 6> kNotTheirs{"created_at", "id",         "last_check",
                                                     "last_error", "last_event", "revision"};

bool is_theirs(std::string_view key) {
    return std::ranges::find(kNotTheirs, key) == kNotTheirs.end();
}

Result<WatcherSpec> parse_entry(Json entry) {
    if (!entry.is_object()) return fail(Code::invalid, "it must be a map such as `type: file`");
    for (const auto& [key, _] : entry.items()) {
        if (is_theirs(key)) continue;
        return fail(Code::invalid, "'{}' is given by the master and the agent, not by a file", key);
    }
    if (entry.contains("when") && entry.contains("conditions")) {
        return fail(Code::invalid, "`when` and `conditions` are the same; write one");
    }
    if (entry.contains("when")) {
        entry["conditions"] = std::move(entry["when"]);
        entry.erase("when");
    }
    SLOTH_TRY(WatcherSpec spec, parse_watcher_spec(dump_json(entry)));
    if (spec.conditions.empty()) {
        SLOTH_TRY(spec.conditions, parse_conditions(spec.type, ""));
    }
    SLOTH_TRY_VOID(validate(spec));
    return spec;
}

std::string shown(const Json& value) {
    if (value.is_null()) return "(not set)";
    if (value.is_array()) return joined(value.get<std::vector<std::string>>());
    return value.is_string() ? value.get<std::string>() : value.dump();
}

WatcherStep update_step(const WatcherSpec& wanted, const WatcherSpec& present) {
    WatcherStep step{WatcherStep::Kind::keep, wanted, present.id, "", {}};
    Json changes = Json::object();
    for (const WatcherField& field : watcher_fields()) {
        if (!is_theirs(field.key)) continue;
        Json before = field.get(present);
        Json after = field.get(wanted);
        if (before == after) continue;
        step.told.push_back(fmt::format("{}: {} -> {}", field.key, shown(before), shown(after)));
        changes[std::string(field.key)] = std::move(after);
    }
    if (changes.empty()) return step;
    step.kind = WatcherStep::Kind::update;
    step.changes = dump_json(changes);
    return step;
}

}  // namespace

Result<std::vector<WatcherSpec>> parse_watcher_file(std::string_view text, std::string_view file) {
    auto value = text::parse_yaml(text);
    if (!value) {
        return fail(Code::invalid, "'{}' is no YAML: {}", file, value.error().message);
    }
    SLOTH_TRY(const std::string json, text::write_json(*value, kMaxJson));
    SLOTH_TRY(Json document, parse_json(json));
    if (document.is_object()) {
        for (const auto& [key, _] : document.items()) {
            if (key != "watchers") {
                return fail_with({Code::invalid,
                                  fmt::format("'{}': the key '{}' is unknown", file, key),
                                  "the file has one key, `watchers`, with a list"});
            }
        }
        document = document.value("watchers", Json());
    }
    if (!document.is_array()) {
        return fail_with({Code::invalid, fmt::format("'{}' holds no list of watchers", file),
                          "write `watchers:` and below it `- type: file` and so on"});
    }
    std::vector<WatcherSpec> all;
    for (size_t i = 0; i < document.size(); ++i) {
        auto spec = parse_entry(document[i]);
        if (!spec) {
            Error error = std::move(spec).error();
            error.message = fmt::format("'{}', watcher {}: {}", file, i + 1, error.message);
            return fail_with(std::move(error));
        }
        for (size_t k = 0; k < all.size(); ++k) {
            if (!same_watcher(all[k], *spec)) continue;
            return fail_with(
                {Code::invalid,
                 fmt::format("'{}': the watchers {} and {} are the same one", file, k + 1, i + 1),
                 "give each a `label` of its own"});
        }
        all.push_back(std::move(*spec));
    }
    return all;
}

std::vector<WatcherStep> plan_watchers(const std::vector<WatcherSpec>& wanted,
                                       const std::vector<WatcherSpec>& present, bool prune) {
    std::vector<WatcherStep> steps;
    std::vector<bool> matched(present.size());
    for (const WatcherSpec& spec : wanted) {
        const auto same = std::ranges::find_if(
            present, [&](const WatcherSpec& there) { return same_watcher(there, spec); });
        if (same == present.end()) {
            steps.push_back({WatcherStep::Kind::create, spec, "", "", {}});
            continue;
        }
        matched[size_t(same - present.begin())] = true;
        steps.push_back(update_step(spec, *same));
    }
    for (size_t i = 0; prune && i < present.size(); ++i) {
        if (!matched[i]) {
            steps.push_back({WatcherStep::Kind::remove, present[i], present[i].id, "", {}});
        }
    }
    return steps;
}

std::string describe(const WatcherStep& step) {
    constexpr std::array<std::string_view, 4> kWords{"create", "update", "delete", "keep"};
    std::string out = fmt::format("{:<7} {:<9} {}", kWords[size_t(step.kind)], step.spec.type,
                                  target_of(step.spec));
    if (!step.spec.label.empty()) out += fmt::format(" ({})", step.spec.label);
    return out;
}

}  // namespace sloth::cli
