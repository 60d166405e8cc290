#include "domain/watcher_spec.h"

#include <tuple>

#include "base/json.h"
#include "domain/watcher_fields.h"
#include "domain/watcher_types.h"

namespace sloth {
namespace {

constexpr std::string_view kFirst = "id revision label type conditions";
constexpr std::string_view kLast =
    "interval stack enabled created_at last_check last_event last_error";
// Read when the type and the metric are known: these say in which unit.
constexpr std::string_view kQuantities = "threshold hysteresis";

void put(const WatcherSpec& spec, std::string_view keys, Json& json) {
    for (const std::string_view key : split_words(keys)) {
        Json value = (*find_watcher_field(key))->get(spec);
        if (!value.is_null()) json[std::string(key)] = std::move(value);
    }
}

Result<void> take(const Json& object, bool quantities, WatcherSpec& spec) {
    for (const auto& [key, value] : object.items()) {
        if (has_word(kQuantities, key) != quantities) continue;
        SLOTH_TRY(const WatcherField* field, find_watcher_field(key));
        SLOTH_TRY_VOID(field->set(spec, key, value));
    }
    return {};
}

std::string threshold_text(const WatcherSpec& spec) {
    const auto type = find_watcher_type(spec.type);
    const WatcherMetric* metric = type ? find_metric(**type, spec.metric) : nullptr;
    if (!spec.threshold || metric == nullptr) return {};
    return fmt::format("threshold: {}", format_quantity(*spec.threshold, metric->unit));
}

void add_part(std::string& target, std::string_view part) {
    if (part.empty()) return;
    if (!target.empty()) target += ' ';
    target += part;
}

}  // namespace

std::string to_json(const WatcherSpec& spec) {
    Json json = Json::object();
    put(spec, kFirst, json);
    if (const auto type = find_watcher_type(spec.type)) put(spec, (*type)->fields, json);
    put(spec, kLast, json);
    return dump_json(json);
}

Result<WatcherSpec> parse_watcher_spec(std::string_view json) {
    SLOTH_TRY(const Json value, parse_json(json));
    if (!value.is_object()) return fail(Code::invalid, "a watcher must be a JSON object");
    WatcherSpec spec;
    SLOTH_TRY_VOID(take(value, /*quantities=*/false, spec));
    SLOTH_TRY_VOID(take(value, /*quantities=*/true, spec));
    if (spec.conditions.empty()) return spec;
    std::string words;
    for (const std::string& word : spec.conditions) words += word + ',';
    SLOTH_TRY(spec.conditions, parse_conditions(spec.type, words));
    return spec;
}

bool same_watcher(const WatcherSpec& one, const WatcherSpec& other) {
    if (!one.label.empty() || !other.label.empty()) return one.label == other.label;
    const auto target = [](const WatcherSpec& s) {
        const bool tcp = s.type == "port" && s.protocol.empty();
        return std::tuple(s.type, s.path, s.name, s.pattern, s.user, s.host,
                          tcp ? "tcp" : s.protocol, s.command, s.metric, s.pid, s.port);
    };
    return target(one) == target(other);
}

std::string target_of(const WatcherSpec& spec) {
    std::string target = spec.path;
    add_part(target, spec.command);
    add_part(target, spec.name);
    if (spec.pid > 0) add_part(target, fmt::format("pid {}", spec.pid));
    if (spec.port > 0) {
        add_part(target, spec.host.empty()
                             ? fmt::format("{}/{}", spec.port,
                                           spec.protocol.empty() ? "tcp" : spec.protocol)
                             : fmt::format("{}:{}", spec.host, spec.port));
    }
    if (!spec.pattern.empty()) add_part(target, fmt::format("/{}/", spec.pattern));
    if (!spec.user.empty()) add_part(target, fmt::format("of {}", spec.user));
    add_part(target, spec.metric);
    add_part(target, threshold_text(spec));
    return target;
}

}  // namespace sloth
