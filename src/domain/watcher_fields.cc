#include "domain/watcher_fields.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json.h"
#include "base/similar.h"
#include "domain/watcher_types.h"

namespace sloth {
namespace {

using Key = std::string_view;

std::unexpected<Error> must_be(Key key, std::string_view what) {
    return fail(Code::invalid, "the watcher's {} must be {}", key, what);
}

// Null is as if it had never been set.
template <auto member>
bool cleared(WatcherSpec& spec, const Json& value) {
    if (value.is_null()) spec.*member = WatcherSpec().*member;
    return value.is_null();
}

template <auto member>
Result<void> set_text(WatcherSpec& spec, Key key, const Json& value) {
    if (cleared<member>(spec, value)) return {};
    if (!value.is_string()) return must_be(key, "text");
    spec.*member = value.get<std::string>();
    return {};
}

template <auto member>
Json get_text(const WatcherSpec& spec) {
    return (spec.*member).empty() ? Json() : Json(spec.*member);
}

template <auto member>
Result<void> set_flag(WatcherSpec& spec, Key key, const Json& value) {
    if (cleared<member>(spec, value)) return {};
    if (value == "true" || value == "false") {
        spec.*member = value == "true";
        return {};
    }
    if (!value.is_boolean()) return must_be(key, "true or false");
    spec.*member = value.get<bool>();
    return {};
}

template <auto member>
Json get_flag(const WatcherSpec& spec) {
    return spec.*member;
}

template <auto member>
Result<void> set_integer(WatcherSpec& spec, Key key, const Json& value) {
    if (cleared<member>(spec, value)) return {};
    if (value.is_number_integer()) {
        spec.*member = value.get<int64_t>();
        return {};
    }
    if (!value.is_string()) return must_be(key, "a whole number");
    const auto text = value.get<std::string>();
    const char* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, spec.*member);
    if (problem != std::errc() || stop != end) {
        return must_be(key, fmt::format("a whole number, not '{}'", text));
    }
    return {};
}

template <auto member>
Json get_integer(const WatcherSpec& spec) {
    return spec.*member != 0 ? Json(spec.*member) : Json();
}

template <auto member>
Result<void> set_list(WatcherSpec& spec, Key key, const Json& value) {
    if (cleared<member>(spec, value)) return {};
    std::vector<std::string> words;
    if (value.is_string()) {
        words.push_back(value.get<std::string>());
    } else if (value.is_array() &&
               std::ranges::all_of(value, [](const Json& v) { return v.is_string(); })) {
        for (const Json& word : value) words.push_back(word.get<std::string>());
    } else {
        return must_be(key, "an array of words");
    }
    spec.*member = std::move(words);
    return {};
}

template <auto member>
Json get_list(const WatcherSpec& spec) {
    return (spec.*member).empty() ? Json() : Json(spec.*member);
}

template <auto member>
Result<void> set_duration(WatcherSpec& spec, Key key, const Json& value) {
    if (cleared<member>(spec, value)) return {};
    if (!value.is_string()) return must_be(key, "a duration such as \"10s\"");
    auto duration = parse_duration(value.get<std::string>());
    if (!duration) {
        duration.error().message =
            fmt::format("the watcher's {}: {}", key, duration.error().message);
        return fail_with(std::move(duration.error()));
    }
    spec.*member = *duration;
    return {};
}

template <auto member>
Json get_duration(const WatcherSpec& spec) {
    return spec.*member != Micros{} ? Json(format_duration(spec.*member)) : Json();
}

template <auto member>
Result<void> set_quantity(WatcherSpec& spec, Key key, const Json& value) {
    if (cleared<member>(spec, value)) return {};
    const auto type = find_watcher_type(spec.type);
    const WatcherMetric* metric = nullptr;
    if (type && !(*type)->metrics.empty()) {
        SLOTH_TRY(metric, metric_of(**type, spec.metric));
    }
    std::string text = value.is_string() ? value.get<std::string>() : dump_json(value);
    auto number = parse_quantity(text, metric ? metric->unit : Unit::plain);
    if (!number) {
        number.error().message = fmt::format("the watcher's {}: {}", key, number.error().message);
        return fail_with(std::move(number.error()));
    }
    spec.*member = *number;
    return {};
}

template <auto member>
Json get_quantity(const WatcherSpec& spec) {
    if (!(spec.*member)) return {};
    const double value = *(spec.*member);
    const auto whole = static_cast<int64_t>(value);
    return double(whole) == value ? Json(whole) : Json(value);
}

template <auto member>
Result<void> set_time(WatcherSpec& spec, Key key, const Json& value) {
    if (cleared<member>(spec, value)) return {};
    if (!value.is_string()) return must_be(key, "a time as text");
    SLOTH_TRY(spec.*member, parse_rfc3339(value.get<std::string>()));
    return {};
}

template <auto member>
Json get_time(const WatcherSpec& spec) {
    return spec.*member ? Json(format_rfc3339(*(spec.*member))) : Json();
}

Json get_created_at(const WatcherSpec& spec) { return format_rfc3339(spec.created_at); }
Json get_interval(const WatcherSpec& spec) { return format_duration(spec.interval); }
Json get_enabled(const WatcherSpec& spec) { return spec.enabled; }
Json get_stack(const WatcherSpec& spec) { return spec.stack; }

using W = WatcherSpec;

constexpr auto kFields = std::to_array<WatcherField>({
    {"average", false, set_duration<&W::average>, get_duration<&W::average>},
    {"check_hash", false, set_flag<&W::check_hash>, get_flag<&W::check_hash>},
    {"command", false, set_text<&W::command>, get_text<&W::command>},
    {"conditions", true, set_list<&W::conditions>, get_list<&W::conditions>},
    {"created_at", true, set_time<&W::created_at>, get_created_at},
    {"each", false, set_flag<&W::each>, get_flag<&W::each>},
    {"enabled", true, set_flag<&W::enabled>, get_enabled},
    {"exclude", false, set_list<&W::exclude>, get_list<&W::exclude>},
    {"expected_exit", false, set_integer<&W::expected_exit>, get_integer<&W::expected_exit>},
    {"fixed", false, set_flag<&W::fixed>, get_flag<&W::fixed>},
    {"follow", false, set_flag<&W::follow>, get_flag<&W::follow>},
    {"for", false, set_duration<&W::held_for>, get_duration<&W::held_for>},
    {"host", false, set_text<&W::host>, get_text<&W::host>},
    {"hysteresis", false, set_quantity<&W::hysteresis>, get_quantity<&W::hysteresis>},
    {"id", true, set_text<&W::id>, get_text<&W::id>},
    {"include", false, set_list<&W::include>, get_list<&W::include>},
    {"interval", true, set_duration<&W::interval>, get_interval},
    {"label", true, set_text<&W::label>, get_text<&W::label>},
    {"last_check", true, set_time<&W::last_check>, get_time<&W::last_check>},
    {"last_error", true, set_text<&W::last_error>, get_text<&W::last_error>},
    {"last_event", true, set_time<&W::last_event>, get_time<&W::last_event>},
    {"metric", false, set_text<&W::metric>, get_text<&W::metric>},
    {"name", false, set_text<&W::name>, get_text<&W::name>},
    {"path", false, set_text<&W::path>, get_text<&W::path>},
    {"pattern", false, set_text<&W::pattern>, get_text<&W::pattern>},
    {"pid", false, set_integer<&W::pid>, get_integer<&W::pid>},
    {"port", false, set_integer<&W::port>, get_integer<&W::port>},
    {"protocol", false, set_text<&W::protocol>, get_text<&W::protocol>},
    {"recursive", false, set_flag<&W::recursive>, get_flag<&W::recursive>},
    {"revision", true, set_integer<&W::revision>, get_integer<&W::revision>},
    {"stack", true, set_text<&W::stack>, get_stack},
    {"threshold", false, set_quantity<&W::threshold>, get_quantity<&W::threshold>},
    {"timeout", false, set_duration<&W::timeout>, get_duration<&W::timeout>},
    {"type", true, set_text<&W::type>, get_text<&W::type>},
    {"user", false, set_text<&W::user>, get_text<&W::user>},
});
static_assert(std::ranges::is_sorted(kFields, {}, &WatcherField::key));

}  // namespace

bool WatcherField::is_set(const WatcherSpec& spec) const {
    const Json value = get(spec);
    return !value.is_null() && value != false;
}

std::span<const WatcherField> watcher_fields() { return kFields; }

Result<const WatcherField*> find_watcher_field(std::string_view key) {
    const auto it = std::ranges::lower_bound(kFields, key, {}, &WatcherField::key);
    if (it != kFields.end() && it->key == key) return &*it;
    std::vector<std::string_view> keys;
    for (const WatcherField& field : kFields) keys.push_back(field.key);
    const auto similar = most_similar(key, keys);
    return fail_with({Code::invalid, fmt::format("a watcher has no field '{}'", key),
                      similar ? fmt::format("did you mean '{}'?", *similar)
                              : fmt::format("fields: {}", words_for_people(keys))});
}

Result<void> set_field(WatcherSpec& spec, std::string_view key, std::string_view text) {
    SLOTH_TRY(const WatcherField* field, find_watcher_field(key));
    return field->set(spec, key, Json(std::string(text)));
}

}  // namespace sloth
