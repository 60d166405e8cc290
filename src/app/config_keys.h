// The table of settings behind app/config.h. For config.cc and its tests only.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "app/config.h"

namespace sloth {

// What a key takes, and where it goes.
struct TextKey {
    std::string Config::* member;
    std::string_view choices;  // "a|b"; "" is anything
};
struct CountKey {
    int64_t Config::* member;
    int64_t least;
    int64_t most;
};
struct BytesKey {
    int64_t Config::* member;
    int64_t least;
};
struct DurationKey {
    Micros Config::* member;
    Micros least;
};

struct ConfigKey {
    std::string_view name;
    std::variant<TextKey, CountKey, BytesKey, DurationKey> kind;
    std::string_view default_value;
    std::string_view reason;
    bool in_file = true;
};

std::span<const ConfigKey> config_keys();  // sorted by name
std::string environment_name(std::string_view key);

// Sets the member from text; the error says only what the key takes.
Result<void> set_config(const ConfigKey& key, const std::string& text, Config& config);
// In the spelling that set_config takes back.
std::string shown_config(const ConfigKey& key, const Config& config);

}  // namespace sloth
