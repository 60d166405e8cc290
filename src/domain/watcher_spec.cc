#include "domain/watcher_spec.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/json.h"
#include "base/similar.h"

namespace sloth {
namespace {

// `means` holds canonical conditions; an empty one is none.
struct Word {
    std::string_view word;
    std::array<std::string_view, 2> means;
};

struct WatcherType {
    std::string_view name;
    std::span<const std::string_view> conditions;  // canonical, in the order in which they are told
    std::span<const Word> synonyms;                // sorted; what else people write
};

constexpr std::array<std::string_view, 4> kFileConditions{"created", "modified", "deleted",
                                                          "renamed"};
constexpr std::array<Word, 8> kFileSynonyms{{
    {"active", {"created"}},
    {"changed", {"modified", "renamed"}},
    {"closed", {"deleted"}},
    {"listening", {"created"}},
    {"opened", {"created"}},
    {"removed", {"deleted"}},
    {"started", {"created"}},
    {"stopped", {"deleted"}},
}};
static_assert(std::ranges::is_sorted(kFileSynonyms, {}, &Word::word));

// To add a type: its row here, its watcher in watch/ and its row in watch/watchers.cc.
constexpr std::array<WatcherType, 1> kTypes{{
    {"file", kFileConditions, kFileSynonyms},
}};
static_assert(std::ranges::is_sorted(kTypes, {}, &WatcherType::name));

constexpr Micros kMinInterval = 50ms;
constexpr size_t kMaxPath = 4095;  // what the kernel takes
constexpr size_t kMaxShort = 256;

std::string joined(std::span<const std::string_view> words) {
    std::string out;
    for (size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
        out += words[i];
    }
    return out;
}

Result<const WatcherType*> find_type(std::string_view name) {
    for (const WatcherType& type : kTypes) {
        if (type.name == name) return &type;
    }
    std::vector<std::string_view> names;
    for (const WatcherType& type : kTypes) names.push_back(type.name);
    return fail_with({Code::invalid, fmt::format("there is no watcher type '{}'", name),
                      fmt::format("known types: {}", joined(names))});
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

Result<void> add_word(const WatcherType& type, std::string_view word,
                      std::vector<std::string>& found) {
    if (std::ranges::find(type.conditions, word) != type.conditions.end()) {
        found.emplace_back(word);
        return {};
    }
    const auto it = std::ranges::lower_bound(type.synonyms, word, {}, &Word::word);
    if (it == type.synonyms.end() || it->word != word) {
        return fail_with(
            {Code::invalid, fmt::format("a {} watcher has no condition '{}'", type.name, word),
             fmt::format("use {}; `changed` is modified or renamed", joined(type.conditions))});
    }
    for (const std::string_view condition : it->means) {
        if (!condition.empty()) found.emplace_back(condition);
    }
    return {};
}

bool has_control_character(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

using Setter = Result<void> (*)(WatcherSpec&, const Json&);

Result<void> set_text(std::string& field, std::string_view key, const Json& value) {
    if (!value.is_string()) return fail(Code::invalid, "the watcher's {} must be text", key);
    field = value.get<std::string>();
    return {};
}

Result<void> set_flag(bool& field, std::string_view key, const Json& value) {
    if (!value.is_boolean()) {
        return fail(Code::invalid, "the watcher's {} must be true or false", key);
    }
    field = value.get<bool>();
    return {};
}

Result<void> set_time(std::optional<WallTime>& field, std::string_view key, const Json& value) {
    std::string text;
    SLOTH_TRY_VOID(set_text(text, key, value));
    SLOTH_TRY(field, parse_rfc3339(text));
    return {};
}

Result<void> set_conditions(WatcherSpec& spec, const Json& value) {
    if (!value.is_array()) {
        return fail(Code::invalid, "the watcher's conditions must be an array of words");
    }
    spec.conditions.clear();
    for (const Json& word : value) {
        std::string text;
        SLOTH_TRY_VOID(set_text(text, "conditions", word));
        spec.conditions.push_back(std::move(text));
    }
    return {};
}

Result<void> set_interval(WatcherSpec& spec, const Json& value) {
    std::string text;
    SLOTH_TRY_VOID(set_text(text, "interval", value));
    SLOTH_TRY(spec.interval, parse_duration(text));
    return {};
}

Result<void> set_created_at(WatcherSpec& spec, const Json& value) {
    std::optional<WallTime> time;
    SLOTH_TRY_VOID(set_time(time, "created_at", value));
    spec.created_at = *time;
    return {};
}

struct Field {
    std::string_view key;
    Setter set;
};

constexpr std::array<Field, 12> kFields{{
    {"check_hash",
     [](WatcherSpec& s, const Json& v) { return set_flag(s.check_hash, "check_hash", v); }},
    {"conditions", set_conditions},
    {"created_at", set_created_at},
    {"enabled", [](WatcherSpec& s, const Json& v) { return set_flag(s.enabled, "enabled", v); }},
    {"id", [](WatcherSpec& s, const Json& v) { return set_text(s.id, "id", v); }},
    {"interval", set_interval},
    {"last_check",
     [](WatcherSpec& s, const Json& v) { return set_time(s.last_check, "last_check", v); }},
    {"last_error",
     [](WatcherSpec& s, const Json& v) { return set_text(s.last_error, "last_error", v); }},
    {"last_event",
     [](WatcherSpec& s, const Json& v) { return set_time(s.last_event, "last_event", v); }},
    {"path", [](WatcherSpec& s, const Json& v) { return set_text(s.path, "path", v); }},
    {"stack", [](WatcherSpec& s, const Json& v) { return set_text(s.stack, "stack", v); }},
    {"type", [](WatcherSpec& s, const Json& v) { return set_text(s.type, "type", v); }},
}};
static_assert(std::ranges::is_sorted(kFields, {}, &Field::key));

std::unexpected<Error> unknown_key(std::string_view key) {
    std::vector<std::string_view> keys;
    for (const Field& field : kFields) keys.push_back(field.key);
    const auto similar = most_similar(key, keys);
    return fail_with({Code::invalid, fmt::format("a watcher has no field '{}'", key),
                      similar ? fmt::format("did you mean '{}'?", *similar)
                              : fmt::format("fields: {}", joined(keys))});
}

}  // namespace

Result<std::vector<std::string>> parse_conditions(std::string_view type, std::string_view words) {
    SLOTH_TRY(const WatcherType* known, find_type(type));
    std::vector<std::string> found;
    while (true) {
        const size_t comma = words.find(',');
        const std::string_view word = trim(words.substr(0, comma));
        if (!word.empty()) SLOTH_TRY_VOID(add_word(*known, word, found));
        if (comma == std::string_view::npos) break;
        words.remove_prefix(comma + 1);
    }
    std::vector<std::string> canonical;
    for (const std::string_view condition : known->conditions) {
        if (std::ranges::find(found, condition) != found.end()) canonical.emplace_back(condition);
    }
    if (canonical.empty()) {
        return fail_with({Code::invalid, "a watcher needs at least one condition",
                          fmt::format("use {}", joined(known->conditions))});
    }
    return canonical;
}

Result<void> validate(const WatcherSpec& spec) {
    SLOTH_TRY(const WatcherType* type, find_type(spec.type));
    if (spec.conditions.empty()) {
        return fail_with({Code::invalid, "a watcher needs at least one condition",
                          fmt::format("use {}", joined(type->conditions))});
    }
    for (const std::string& condition : spec.conditions) {
        if (std::ranges::find(type->conditions, condition) == type->conditions.end()) {
            return fail_with(
                {Code::invalid,
                 fmt::format("a {} watcher has no condition '{}'", type->name, condition),
                 fmt::format("use {}", joined(type->conditions))});
        }
    }
    if (spec.path.empty() || spec.path.front() != '/') {
        return fail_with(
            {Code::invalid,
             fmt::format("a {} watcher needs an absolute path, not '{}'", type->name, spec.path),
             "write it from the root, for example /etc/nginx/nginx.conf"});
    }
    if (spec.path.size() > kMaxPath || has_control_character(spec.path)) {
        return fail(Code::invalid, "the watcher's path is over {} bytes or has control characters",
                    kMaxPath);
    }
    if (spec.stack.size() > kMaxShort || has_control_character(spec.stack)) {
        return fail(Code::invalid, "the watcher's stack is over {} bytes or has control characters",
                    kMaxShort);
    }
    if (spec.interval < kMinInterval) {
        return fail_with(
            {Code::invalid,
             fmt::format("the watcher's interval {} is too short", format_duration(spec.interval)),
             fmt::format("use {} or more; the kernel tells changes at once anyway",
                         format_duration(kMinInterval))});
    }
    return {};
}

std::string to_json(const WatcherSpec& spec) {
    Json json{{"id", spec.id},
              {"type", spec.type},
              {"conditions", spec.conditions},
              {"path", spec.path},
              {"check_hash", spec.check_hash},
              {"interval", format_duration(spec.interval)},
              {"stack", spec.stack},
              {"enabled", spec.enabled},
              {"created_at", format_rfc3339(spec.created_at)}};
    if (spec.last_check) json["last_check"] = format_rfc3339(*spec.last_check);
    if (spec.last_event) json["last_event"] = format_rfc3339(*spec.last_event);
    if (!spec.last_error.empty()) json["last_error"] = spec.last_error;
    return dump_json(json);
}

Result<WatcherSpec> parse_watcher_spec(std::string_view json) {
    SLOTH_TRY(const Json value, parse_json(json));
    if (!value.is_object()) return fail(Code::invalid, "a watcher must be a JSON object");
    WatcherSpec spec;
    for (const auto& [key, field] : value.items()) {
        const auto it = std::ranges::lower_bound(kFields, std::string_view(key), {}, &Field::key);
        if (it == kFields.end() || it->key != key) return unknown_key(key);
        SLOTH_TRY_VOID(it->set(spec, field));
    }
    if (spec.conditions.empty()) return spec;
    std::string words;
    for (const std::string& word : spec.conditions) words += word + ',';
    SLOTH_TRY(spec.conditions, parse_conditions(spec.type, words));
    return spec;
}

}  // namespace sloth
