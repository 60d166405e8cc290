#include "domain/hook.h"

#include <array>
#include <charconv>

#include "base/json.h"
#include "domain/event_type.h"

namespace sloth {
namespace {

struct ByteUnit {
    std::string_view name;
    int64_t bytes;
};

// In the order in which they are tried: the binary units from large to small are those that are
// shown.
constexpr std::array<ByteUnit, 7> kByteUnits{{{"GiB", 1 << 30},
                                              {"MiB", 1 << 20},
                                              {"KiB", 1 << 10},
                                              {"GB", 1'000'000'000},
                                              {"MB", 1'000'000},
                                              {"KB", 1'000},
                                              {"B", 1}}};

std::unexpected<Error> wrong(std::string_view key, std::string_view wanted) {
    return fail(Code::invalid, "the hook's '{}' must be {}", key, wanted);
}

Result<void> read_types(const Json& value, std::string_view key, HookMetadata& out) {
    if (value.is_string()) {
        out.event_types.push_back(value.get<std::string>());
    } else if (value.is_array()) {
        for (const Json& item : value) {
            if (!item.is_string()) return wrong(key, "a list of event types");
            out.event_types.push_back(item.get<std::string>());
        }
    } else {
        return wrong(key, "an event type or a list of them");
    }
    for (const std::string& type : out.event_types) {
        if (!is_event_pattern(type)) {
            return fail_with(
                {Code::invalid,
                 fmt::format("the hook's '{}' holds '{}', which is no event type", key, type),
                 "a type is words joined by dots, like task.failed; * stands for any word"});
        }
    }
    return {};
}

Result<void> read_limit(const std::string& key, const Json& value, HookMetadata& out) {
    if (key == "timeout") {
        if (value.is_number() && value.get<double>() > 0) {
            out.timeout = Micros(int64_t(value.get<double>() * 1e6));  // a plain number is seconds
            return {};
        }
        if (!value.is_string()) return wrong(key, "a duration like \"30s\"");
        SLOTH_TRY(out.timeout, parse_duration(value.get<std::string>()));
        if (*out.timeout <= 0us) return wrong(key, "longer than 0s");
        return {};
    }
    if (value.is_number_integer()) {
        out.memory = value.get<int64_t>();
    } else if (value.is_string()) {
        SLOTH_TRY(out.memory, parse_bytes(value.get<std::string>()));
    } else {
        return wrong(key, "a size like \"64MiB\"");
    }
    if (*out.memory < (256 << 10)) return wrong(key, "at least 256KiB");
    return {};
}

Result<void> read_key(const std::string& key, const Json& value, HookMetadata& out) {
    if (key == "name" || key == "description" || key == "stack") {
        if (!value.is_string()) return wrong(key, "a string");
        (key == "name"    ? out.name
         : key == "stack" ? out.stack
                          : out.description) = value.get<std::string>();
    } else if (key == "event_type" || key == "event_types") {
        return read_types(value, key, out);
    } else if (key == "enabled") {
        if (!value.is_boolean()) return wrong(key, "true or false");
        out.enabled = value.get<bool>();
    } else if (key == "timeout" || key == "memory") {
        return read_limit(key, value, out);
    } else if (key == "form" && value.is_string()) {
        out.form = value.get<std::string>();
    } else {
        out.unknown_keys.push_back(key);
    }
    return {};
}

}  // namespace

Result<HookMetadata> parse_hook_metadata(std::string_view json) {
    SLOTH_TRY(const Json object, parse_json(json));
    if (!object.is_object()) return fail(Code::invalid, "hook metadata must be an object");
    HookMetadata out;
    for (const auto& [key, value] : object.items()) SLOTH_TRY_VOID(read_key(key, value, out));
    return out;
}

bool is_hook_name(std::string_view name) {
    if (name.empty() || name.size() > 128) return false;
    for (const char c : name) {
        const bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
        if (!ok) return false;
    }
    return true;
}

Result<int64_t> parse_bytes(std::string_view text) {
    constexpr double kTooMany = 9.2e18;  // for 64 bits
    double number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit = text.substr(size_t(end - text.data()));
    if (ec == std::errc() && number >= 0 && number < kTooMany) {
        if (unit.empty()) return int64_t(number);
        for (const ByteUnit& row : kByteUnits) {
            const double bytes = number * double(row.bytes);
            if (row.name == unit && bytes < kTooMany) return int64_t(bytes);
        }
    }
    return fail_with(
        {Code::invalid, fmt::format("'{}' is not a size", text), "write it like 64MiB or 512KiB"});
}

std::string format_bytes(int64_t bytes) {
    for (const ByteUnit& row : kByteUnits) {
        if (row.name.size() == 3 && bytes >= row.bytes) {
            return bytes % row.bytes == 0
                       ? fmt::format("{}{}", bytes / row.bytes, row.name)
                       : fmt::format("{:.1f}{}", double(bytes) / double(row.bytes), row.name);
        }
    }
    return fmt::format("{}B", bytes);
}

}  // namespace sloth
