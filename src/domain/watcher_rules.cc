// What must be right about a WatcherSpec, field by field and type by type.
#include <algorithm>
#include <array>

#include "domain/agent.h"
#include "domain/watcher_fields.h"
#include "domain/watcher_spec.h"
#include "domain/watcher_types.h"

namespace sloth {
namespace {

constexpr Micros kMinInterval = 50ms;
constexpr Micros kMaxDuration = std::chrono::hours(24 * 366);
constexpr Micros kMinTimeout = 10ms;
constexpr Micros kMaxTimeout = 10min;
constexpr size_t kMaxPath = 4095;  // what the kernel takes
constexpr size_t kMaxShort = 256;
constexpr size_t kMaxPattern = 1024;
constexpr size_t kMaxCommand = 8192;
constexpr size_t kMaxGlobs = 100;
constexpr size_t kMaxInterfaceName = 15;  // what the kernel takes
constexpr int64_t kMaxPid = 4'194'304;

using Spec = WatcherSpec;

std::unexpected<Error> wrong(std::string message, std::string hint) {
    return fail_with({Code::invalid, std::move(message), std::move(hint)});
}

std::unexpected<Error> needs(const Spec& spec, std::string_view what, std::string hint) {
    return wrong(fmt::format("a {} watcher needs {}", spec.type, what), std::move(hint));
}

bool has_control_character(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

bool wants(const Spec& spec, std::string_view condition) {
    return std::ranges::find(spec.conditions, condition) != spec.conditions.end();
}

bool wants_level(const Spec& spec) { return wants(spec, "above") || wants(spec, "below"); }

Result<void> check_text(std::string_view key, const std::string& text, size_t most) {
    if (text.size() <= most && !has_control_character(text)) return {};
    return fail(Code::invalid, "the watcher's {} is over {} bytes or has control characters", key,
                most);
}

// It stands where an id may stand, and must not look like one.
Result<void> check_label(std::string_view label) {
    if (label.empty()) return {};
    if (label.starts_with("watcher-") || !is_agent_name(label)) {
        return wrong(fmt::format("'{}' cannot be a watcher's label", label),
                     "use letters, digits, '_', '-' and '.', at most 128, not 'watcher-' in front");
    }
    return {};
}

Result<void> check_texts(const Spec& spec) {
    SLOTH_TRY_VOID(check_label(spec.label));
    SLOTH_TRY_VOID(check_text("path", spec.path, kMaxPath));
    SLOTH_TRY_VOID(check_text("stack", spec.stack, kMaxShort));
    SLOTH_TRY_VOID(check_text("name", spec.name, kMaxShort));
    SLOTH_TRY_VOID(check_text("user", spec.user, kMaxShort));
    SLOTH_TRY_VOID(check_text("host", spec.host, kMaxShort));
    SLOTH_TRY_VOID(check_text("pattern", spec.pattern, kMaxPattern));
    if (spec.include.size() + spec.exclude.size() > kMaxGlobs) {
        return fail(Code::invalid, "a watcher takes at most {} globs", kMaxGlobs);
    }
    for (const auto* globs : {&spec.include, &spec.exclude}) {
        for (const std::string& glob : *globs) {
            if (glob.empty()) return fail(Code::invalid, "a watcher's glob must not be empty");
            SLOTH_TRY_VOID(check_text("glob", glob, kMaxPattern));
        }
    }
    return {};
}

Result<void> check_fields(const Spec& spec, const WatcherType& type) {
    for (const WatcherField& field : watcher_fields()) {
        if (field.of_every_type || has_word(type.fields, field.key) || !field.is_set(spec)) {
            continue;
        }
        return wrong(fmt::format("a {} watcher takes no {}", type.name, field.key),
                     fmt::format("it takes {}", words_for_people(split_words(type.fields))));
    }
    return {};
}

Result<void> check_conditions(const Spec& spec, const WatcherType& type) {
    const auto conditions = split_words(type.conditions);
    if (spec.conditions.empty()) {
        return wrong("a watcher needs at least one condition",
                     "use " + words_for_people(conditions));
    }
    for (const std::string& condition : spec.conditions) {
        if (has_word(type.conditions, condition)) continue;
        return wrong(fmt::format("a {} watcher has no condition '{}'", type.name, condition),
                     "use " + words_for_people(conditions));
    }
    return {};
}

Result<void> check_times(const Spec& spec) {
    if (spec.interval < kMinInterval) {
        return wrong(
            fmt::format("the watcher's interval {} is too short", format_duration(spec.interval)),
            fmt::format("use {} or more; what the kernel tells is told at once anyway",
                        format_duration(kMinInterval)));
    }
    for (const auto& [key, time] :
         {std::pair("interval", spec.interval), std::pair("for", spec.held_for),
          std::pair("average", spec.average)}) {
        if (time <= kMaxDuration) continue;
        return fail(Code::invalid, "the watcher's {} is longer than {}", key,
                    format_duration(kMaxDuration));
    }
    if (spec.timeout != Micros{} && (spec.timeout < kMinTimeout || spec.timeout > kMaxTimeout)) {
        return wrong(
            fmt::format("the watcher's timeout {} is out of range", format_duration(spec.timeout)),
            fmt::format("use {} to {}", format_duration(kMinTimeout),
                        format_duration(kMaxTimeout)));
    }
    return {};
}

// A threshold and what belongs to it.
Result<void> check_level(const Spec& spec, const WatcherType& type) {
    if (type.metrics.empty()) return {};
    SLOTH_TRY(const WatcherMetric* const metric, metric_of(type, spec.metric));
    if (!wants_level(spec)) {
        for (const std::string_view key : {"threshold", "hysteresis", "metric"}) {
            if (!(*find_watcher_field(key))->is_set(spec)) continue;
            return wrong(fmt::format("the watcher has a {}, and no condition for it", key),
                         has_word(type.conditions, "below") ? "add the condition above or below"
                                                            : "add the condition above");
        }
        return {};
    }
    if (!spec.threshold) {
        return needs(spec,
                     has_word(type.conditions, "below") ? "a threshold for above and below"
                                                        : "a threshold for above",
                     fmt::format("for example {}", format_quantity(80, metric->unit)));
    }
    if (*spec.threshold > metric->most) {
        return wrong(fmt::format("the watcher's threshold {} cannot be reached",
                                 format_quantity(*spec.threshold, metric->unit)),
                     fmt::format("use 0 to {}", format_quantity(metric->most, metric->unit)));
    }
    const double margin = spec.hysteresis.value_or(0);
    const bool no_way_back =
        wants(spec, "above") ? margin > *spec.threshold : *spec.threshold + margin > metric->most;
    if (no_way_back) {
        return wrong(fmt::format("with a hysteresis of {} it would never be over",
                                 format_quantity(margin, metric->unit)),
                     "use less than the way from the threshold to the end of the scale");
    }
    return {};
}

// One threshold cannot be a line for what is used and for what is left.
Result<void> check_one_side(const Spec& spec) {
    if (!wants(spec, "above") || !wants(spec, "below")) return {};
    return wrong(
        fmt::format("for a {} watcher `above` is about what is used and `below` about what "
                    "is available: one threshold cannot be both",
                    spec.type),
        "create two watchers");
}

Result<void> check_path(const Spec& spec) {
    if (!spec.path.empty() && spec.path.front() == '/') return {};
    return wrong(spec.path.empty() ? fmt::format("a {} watcher needs a path", spec.type)
                                   : fmt::format("a {} watcher needs an absolute path, not '{}'",
                                                 spec.type, spec.path),
                 "write it from the root, for example /etc/nginx/nginx.conf");
}

Result<void> check_disk(const Spec& spec) {
    if (!spec.path.empty()) SLOTH_TRY_VOID(check_path(spec));
    return check_one_side(spec);
}

Result<void> check_log(const Spec& spec) {
    SLOTH_TRY_VOID(check_path(spec));
    if (!spec.pattern.empty()) return {};
    return needs(spec, "a pattern", "a regular expression, or text with `fixed`");
}

Result<void> check_memory(const Spec& spec) {
    SLOTH_TRY_VOID(check_one_side(spec));
    if (!wants(spec, "below") || spec.metric.empty() || spec.metric == "ram") return {};
    return wrong(fmt::format("{} has no `below`", spec.metric), "use above");
}

Result<void> check_process(const Spec& spec) {
    if (spec.name.empty() && spec.pid == 0 && spec.pattern.empty() && spec.user.empty()) {
        return needs(spec, "a name, a pid, a pattern or a user", "say which processes are meant");
    }
    if (spec.pid < 0 || spec.pid > kMaxPid) {
        return wrong(fmt::format("there is no process {}", spec.pid),
                     fmt::format("a pid is 1 to {}", kMaxPid));
    }
    return {};
}

Result<void> check_port(const Spec& spec) {
    if (spec.port < 1 || spec.port > 65535) {
        return wrong(spec.port == 0 ? std::string("a port watcher needs a port")
                                    : fmt::format("there is no port {}", spec.port),
                     "use 1 to 65535");
    }
    if (!spec.protocol.empty() && spec.protocol != "tcp" && spec.protocol != "udp") {
        return wrong(fmt::format("a port watcher knows no protocol '{}'", spec.protocol),
                     "use tcp or udp");
    }
    if (spec.protocol == "udp" && (!spec.host.empty() || wants(spec, "above"))) {
        return wrong("udp has no connections that could be tested",
                     "use tcp, or watch without a host and without above");
    }
    const bool odd = std::ranges::any_of(
        spec.host, [](char c) { return c == ' ' || c == '/' || c == '[' || c == ']'; });
    if (odd) return wrong(fmt::format("'{}' is no host", spec.host), "write a name or an address");
    return {};
}

Result<void> check_service(const Spec& spec) {
    const bool odd = std::ranges::any_of(spec.name, [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 std::string_view(":-_.\\@").find(c) != std::string_view::npos);
    });
    if (spec.name.empty()) return needs(spec, "a name", "for example nginx or nginx.service");
    if (odd) {
        return wrong(fmt::format("'{}' is no name of a service", spec.name),
                     "write it as systemctl does, for example nginx or nginx.service");
    }
    return {};
}

Result<void> check_command(const Spec& spec) {
    if (spec.command.empty()) return needs(spec, "a command", "for example 'df -h | tail -n1'");
    if (spec.command.size() > kMaxCommand || spec.command.find('\0') != std::string::npos) {
        return fail(Code::invalid, "the watcher's command is over {} bytes or has a zero byte",
                    kMaxCommand);
    }
    if (wants(spec, "matches") && spec.pattern.empty()) {
        return needs(spec, "a pattern for matches", "a regular expression, or text with `fixed`");
    }
    if (!wants(spec, "matches") && !spec.pattern.empty()) {
        return wrong("the watcher has a pattern, and no condition for it",
                     "add the condition matches");
    }
    if (spec.expected_exit < 0 || spec.expected_exit > 255) {
        return wrong(fmt::format("no command exits with {}", spec.expected_exit), "use 0 to 255");
    }
    return {};
}

Result<void> check_network(const Spec& spec) {
    if (spec.name.empty()) return needs(spec, "the name of an interface", "for example eth0");
    const bool odd = std::ranges::any_of(spec.name, [](char c) { return c == ' ' || c == '/'; });
    if (!odd && spec.name.size() <= kMaxInterfaceName) return {};
    return wrong(fmt::format("'{}' is no name of a network interface", spec.name),
                 fmt::format("it has at most {} bytes, no blank and no slash", kMaxInterfaceName));
}

struct Rule {
    std::string_view type;
    Result<void> (*check)(const Spec&);
};

constexpr auto kRules = std::to_array<Rule>({
    {"command", check_command},
    {"directory", check_path},
    {"disk", check_disk},
    {"file", check_path},
    {"log", check_log},
    {"memory", check_memory},
    {"network", check_network},
    {"port", check_port},
    {"process", check_process},
    {"service", check_service},
});
static_assert(std::ranges::is_sorted(kRules, {}, &Rule::type));

}  // namespace

Result<void> validate(const WatcherSpec& spec) {
    SLOTH_TRY(const WatcherType* type, find_watcher_type(spec.type));
    SLOTH_TRY_VOID(check_texts(spec));
    SLOTH_TRY_VOID(check_fields(spec, *type));
    const auto rule = std::ranges::lower_bound(kRules, spec.type, {}, &Rule::type);
    if (rule != kRules.end() && rule->type == spec.type) SLOTH_TRY_VOID(rule->check(spec));
    SLOTH_TRY_VOID(check_conditions(spec, *type));
    SLOTH_TRY_VOID(check_level(spec, *type));
    return check_times(spec);
}

}  // namespace sloth
