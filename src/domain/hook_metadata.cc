#include "domain/hook_metadata.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/json.h"
#include "domain/event_type.h"
#include "domain/hook.h"

namespace sloth {
namespace {

std::unexpected<Error> wrong(std::string_view key, std::string_view wanted) {
    return fail(Code::invalid, "the hook's '{}' must be {}", key, wanted);
}

using Read = Result<void> (*)(std::string_view key, const Json& value, HookMetadata& out);

template <std::optional<std::string> HookMetadata::* kMember>
Result<void> read_text(std::string_view key, const Json& value, HookMetadata& out) {
    if (!value.is_string()) return wrong(key, "a string");
    out.*kMember = value.get<std::string>();
    return {};
}

Result<void> read_enabled(std::string_view key, const Json& value, HookMetadata& out) {
    if (!value.is_boolean()) return wrong(key, "true or false");
    out.enabled = value.get<bool>();
    return {};
}

Result<void> read_types(std::string_view key, const Json& value, HookMetadata& out) {
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

Result<void> read_timeout(std::string_view key, const Json& value, HookMetadata& out) {
    constexpr double kMaxSeconds = 366.0 * 24 * 3600;
    if (value.is_number() && value.get<double>() > 0) {  // a plain number is seconds
        out.timeout = Micros(int64_t(std::min(value.get<double>(), kMaxSeconds) * 1e6));
        return {};
    }
    if (!value.is_string()) return wrong(key, "a duration like \"30s\"");
    SLOTH_TRY(out.timeout, parse_duration(value.get<std::string>()));
    if (*out.timeout <= 0us) return wrong(key, "longer than 0s");
    return {};
}

template <std::optional<int64_t> HookMetadata::* kMember, int64_t kLeast>
Result<void> read_size(std::string_view key, const Json& value, HookMetadata& out) {
    int64_t bytes = 0;
    if (value.is_number_integer()) {
        bytes = value.get<int64_t>();
    } else if (value.is_string()) {
        SLOTH_TRY(bytes, parse_bytes(value.get<std::string>()));
    } else {
        return wrong(key, "a size like \"64MiB\"");
    }
    if (bytes < kLeast) return wrong(key, fmt::format("at least {}", format_bytes(kLeast)));
    out.*kMember = bytes;
    return {};
}

template <std::optional<int> HookMetadata::* kMember, int kLeast>
Result<void> read_count(std::string_view key, const Json& value, HookMetadata& out) {
    constexpr int kMost = 1'000'000;
    const bool whole = value.is_number_integer();
    const int64_t count = whole ? value.get<int64_t>() : -1;
    if (!whole || count < kLeast || count > kMost)
        return wrong(key, fmt::format("a whole number from {} to {}", kLeast, kMost));
    out.*kMember = static_cast<int>(count);
    return {};
}

Result<void> read_profile(std::string_view key, const Json& value, HookMetadata& out) {
    if (!value.is_string()) return wrong(key, "service, standard or pure");
    SLOTH_TRY(out.profile, parse_profile(value.get<std::string>()));
    return {};
}

Result<void> read_permissions(std::string_view /*key*/, const Json& value, HookMetadata& out) {
    SLOTH_TRY(out.permissions, parse_permissions(value));
    return {};
}

Result<void> read_form(std::string_view key, const Json& value, HookMetadata& out) {
    if (!value.is_string()) return wrong(key, "a string");
    out.form = value.get<std::string>();
    return {};
}

struct Key {
    std::string_view name;
    Read read;
};

constexpr std::array<Key, 14> kKeys{{
    {"description", read_text<&HookMetadata::description>},
    {"enabled", read_enabled},
    {"event_type", read_types},
    {"event_types", read_types},
    {"form", read_form},
    {"max_concurrency", read_count<&HookMetadata::max_concurrency, 0>},
    {"max_effects_in_flight", read_count<&HookMetadata::max_effects_in_flight, 1>},
    {"memory", read_size<&HookMetadata::memory, kLeastHookMemory>},
    {"name", read_text<&HookMetadata::name>},
    {"output", read_size<&HookMetadata::output, kLeastHookOutput>},
    {"permissions", read_permissions},
    {"profile", read_profile},
    {"stack", read_text<&HookMetadata::stack>},
    {"timeout", read_timeout},
}};
static_assert(std::ranges::is_sorted(kKeys, {}, &Key::name));

}  // namespace

Result<HookMetadata> parse_hook_metadata(std::string_view json) {
    SLOTH_TRY(const Json object, parse_json(json));
    if (!object.is_object()) return fail(Code::invalid, "hook metadata must be an object");
    HookMetadata out;
    for (const auto& [name, value] : object.items()) {
        const auto key = std::ranges::lower_bound(kKeys, std::string_view(name), {}, &Key::name);
        if (key != kKeys.end() && key->name == name) {
            SLOTH_TRY_VOID(key->read(name, value, out));
        } else {
            out.unknown_keys.push_back(name);
        }
    }
    return out;
}

}  // namespace sloth
