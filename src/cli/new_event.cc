#include "cli/new_event.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/time.h"
#include "domain/event.h"

namespace sloth::cli {
namespace {

constexpr std::array<std::string_view, 8> kKeys{"data",         "dedup_key", "event_type", "id",
                                                "ordering_key", "stack",     "timestamp",  "type"};
static_assert(std::is_sorted(kKeys.begin(), kKeys.end()));

// The rest of what `events list -o jsonl` prints: a list of events can be sent as it is.
constexpr std::array<std::string_view, 12> kStoredKeys{
    "agent",      "created_at", "depth",  "error", "hook_generation", "parent_id", "processed_at",
    "recoveries", "root_id",    "run_id", "seq",   "source"};

// The parser counts lines within the line: "parse error at line 1, column 2" is "at column 2".
std::string without_line(std::string message) {
    constexpr std::string_view kPlace = "parse error at line 1, ";
    if (const size_t at = message.find(kPlace); at != std::string::npos) {
        message.replace(at, kPlace.size(), "at ");
    }
    return message;
}

Result<void> read_key(const std::string& key, const Json& value, ParsedLine& out) {
    v1::NewEvent& event = out.event;
    if (key == "data") {
        if (value.is_null()) return {};
        if (!value.is_object()) return fail(Code::invalid, "data must be a JSON object");
        event.set_data(dump_json(value));
        return {};
    }
    if (!std::binary_search(kKeys.begin(), kKeys.end(), std::string_view(key))) {
        const bool stored = key == "status" || std::find(kStoredKeys.begin(), kStoredKeys.end(),
                                                         key) != kStoredKeys.end();
        if (!stored) out.unknown_keys.push_back(key);
        return {};
    }
    if (value.is_null()) return {};
    if (!value.is_string()) return fail(Code::invalid, "{} must be a string", key);
    const std::string& text = value.get_ref<const std::string&>();
    if (key == "type" || key == "event_type") {
        if (!event.type().empty() && event.type() != text) {
            return fail(Code::invalid, "type and event_type differ");
        }
        event.set_type(text);
    } else if (key == "id") {
        event.set_id(text);
    } else if (key == "stack") {
        event.set_stack(text);
    } else if (key == "dedup_key") {
        event.set_dedup_key(text);
    } else if (key == "ordering_key") {
        event.set_ordering_key(text);
    } else {
        SLOTH_TRY(const WallTime time, parse_rfc3339(text));
        event.set_timestamp(to_micros(time));
    }
    return {};
}

}  // namespace

Result<ParsedLine> parse_event_line(std::string_view line) {
    const auto parsed = parse_json(line, kMaxJsonDepth + 1);
    if (!parsed) return fail(Code::invalid, "{}", without_line(parsed.error().message));
    const Json& object = *parsed;
    if (!object.is_object()) return fail(Code::invalid, "not a JSON object");
    ParsedLine out;
    for (const auto& [key, value] : object.items()) SLOTH_TRY_VOID(read_key(key, value, out));
    if (out.event.type().empty()) return fail(Code::invalid, "the key type is missing");
    SLOTH_TRY_VOID(check(out.event));
    return out;
}

Result<void> check(const v1::NewEvent& message) {
    Event event;
    event.type = message.type();
    event.id = message.id();
    event.stack = message.stack();
    event.dedup_key = message.dedup_key();
    event.ordering_key = message.ordering_key();
    event.data = message.data().empty() ? "{}" : message.data();
    return validate(event);
}

std::span<const std::string_view> event_line_keys() { return kKeys; }

}  // namespace sloth::cli
