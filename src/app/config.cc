#include "app/config.h"

#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "app/config_keys.h"
#include "base/file.h"
#include "base/similar.h"

namespace sloth {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFile = 1 << 20;

// A value before it is checked.
struct Setting {
    std::string text;
    std::string origin;  // as `config show --origin` prints it
};
using Settings = std::map<std::string, Setting, std::less<>>;

std::unexpected<Error> unknown_key(const std::string& origin, const std::string& key) {
    std::vector<std::string_view> names;
    for (const ConfigKey& row : config_keys()) names.push_back(row.name);
    Error error{Code::invalid, fmt::format("{}: the key '{}' is unknown", origin, key),
                "`sloth-runner help config` lists the keys"};
    if (const auto near = most_similar(key, names)) {
        error.message += fmt::format(": did you mean '{}'?", *near);
    }
    return fail_with(std::move(error));
}

const ConfigKey* find_key(std::string_view name) {
    for (const ConfigKey& key : config_keys()) {
        if (key.name == name) return &key;
    }
    return nullptr;
}

Result<void> take_node(const std::string& path, const YAML::Node& name, const YAML::Node& value,
                       Settings& out) {
    const std::string origin = fmt::format("{}:{}", path, name.Mark().line + 1);
    if (!name.IsScalar()) return fail(Code::invalid, "{}: a key must be a word", origin);
    const std::string key = name.Scalar();
    const ConfigKey* known = find_key(key);
    if (known == nullptr) return unknown_key(origin, key);
    if (!known->in_file) {
        return fail_with(
            {Code::invalid,
             fmt::format("{}: {} cannot be set in the configuration file", origin, key),
             fmt::format("use a flag or {}", environment_name(key))});
    }
    if (!value.IsScalar() && !value.IsNull()) {
        return fail(Code::invalid, "{}: {} takes one value, not a list or a map", origin, key);
    }
    if (out.contains(key)) {
        return fail(Code::invalid, "{}: {} is set twice", origin, key);
    }
    out[key] = {value.IsNull() ? "" : value.Scalar(), origin};
    return {};
}

Result<Settings> read_yaml(const std::string& path, const std::string& text) {
    Settings out;
    try {
        const YAML::Node root = YAML::Load(text);
        if (!root.IsDefined() || root.IsNull()) return out;
        if (!root.IsMap()) {
            return fail_with({Code::invalid,
                              fmt::format("{}: the file is not a list of KEY: VALUE", path),
                              "write it like `max_in_flight: 200`"});
        }
        for (const auto& entry : root) {
            SLOTH_TRY_VOID(take_node(path, entry.first, entry.second, out));
        }
    } catch (const YAML::Exception& e) {
        return fail(Code::invalid, "{}:{}: not valid YAML: {}", path, e.mark.line + 1, e.msg);
    }
    return out;
}

// "config.yaml" of the first place that has one.
Result<Settings> read_file_settings(const ConfigSources& sources, const fs::path& data_dir) {
    std::vector<fs::path> places{data_dir / "config.yaml", sources.system_dir / "config.yaml"};
    if (!sources.file.empty()) places = {sources.file};
    for (const fs::path& place : places) {
        auto text = read_file(place, kMaxFile);
        if (!text && text.error().code == Code::not_found && sources.file.empty()) continue;
        if (!text) {
            return fail_with(
                {text.error().code,
                 fmt::format("the configuration cannot be read: {}", text.error().message),
                 text.error().hint});
        }
        return read_yaml(place.native(), *text);
    }
    return Settings();
}

void read_environment(const ConfigSources& sources, Settings& out) {
    for (const ConfigKey& key : config_keys()) {
        const std::string variable = environment_name(key.name);
        const auto value = sources.environment(variable);
        if (value && !value->empty()) out[std::string(key.name)] = {*value, variable};
    }
}

// The folder must be known before the file in it can be read.
Result<fs::path> find_data_dir(const ConfigSources& sources) {
    std::string text = sources.default_data_dir;
    if (const auto value = sources.environment(environment_name("data_dir"));
        value && !value->empty())
        text = *value;
    for (const auto& given : sources.flags) {
        if (given.key == "data_dir") text = given.value;
    }
    std::error_code problem;
    fs::path path = fs::absolute(text, problem).lexically_normal();
    if (problem) return fail(Code::invalid, "the data folder '{}' cannot be resolved", text);
    if (path.native().size() > 1 && path.filename().empty()) path = path.parent_path();
    return path;
}

Result<void> check_together(const Config& config) {
    if (config.agent_lost_after <= config.agent_heartbeat) {
        return fail(Code::invalid, "agent_lost_after ({}) must be longer than agent_heartbeat ({})",
                    format_duration(config.agent_lost_after),
                    format_duration(config.agent_heartbeat));
    }
    if (config.hook_memory > config.worker_memory) {
        return fail(Code::invalid, "hook_memory ({}) must fit into worker_memory ({})",
                    shown_config(*find_key("hook_memory"), config),
                    shown_config(*find_key("worker_memory"), config));
    }
    return {};
}

Result<LoadedConfig> checked(const Settings& settings) {
    LoadedConfig out;
    for (const ConfigKey& key : config_keys()) {
        Config defaults;
        SLOTH_TRY_VOID(set_config(key, std::string(key.default_value), defaults));
        SLOTH_TRY_VOID(set_config(key, std::string(key.default_value), out.config));
        std::string origin = "default";
        if (const auto found = settings.find(key.name); found != settings.end()) {
            const auto set = set_config(key, found->second.text, out.config);
            if (!set) {
                return fail(Code::invalid, "{}: {} takes {}, not '{}'", found->second.origin,
                            key.name, set.error().message, found->second.text);
            }
            origin = found->second.origin;
        }
        out.rows.push_back({std::string(key.name), shown_config(key, out.config), origin,
                            shown_config(key, defaults), environment_name(key.name),
                            std::string(key.reason)});
    }
    SLOTH_TRY_VOID(check_together(out.config));
    return out;
}

std::string default_data_dir() {
    if (geteuid() == 0) return "/var/lib/sloth-runner";
    if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/') {
        return fmt::format("{}/sloth-runner", state);
    }
    const char* home = std::getenv("HOME");
    return fmt::format("{}/.local/state/sloth-runner", home != nullptr ? home : "");
}

}  // namespace

Log::Options Config::log() const {
    return {.level = parse_log_level(log_level).value_or(LogLevel::info),
            .format = log_format == "json" ? LogFormat::json : LogFormat::text};
}

ConfigSources config_sources(const cli::GlobalOptions& options) {
    ConfigSources out;
    out.environment = [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
    };
    out.default_data_dir = default_data_dir();
    out.file = options.config;
    for (const auto& [key, value] : options.settings) out.flags.push_back({key, value, "--set"});
    const auto flag = [&](const char* key, const std::string& value, const char* name) {
        if (!value.empty()) out.flags.push_back({key, value, name});
    };
    flag("data_dir", options.data_dir, "--data-dir");
    flag("log_format", options.log_format, "--log-format");
    flag("log_level", options.log_level, "--log-level");
    flag("master_addr", options.master, "--master");
    return out;
}

Result<LoadedConfig> load_config(const ConfigSources& sources) {
    for (const auto& given : sources.flags) {
        if (find_key(given.key) == nullptr) return unknown_key(given.flag, given.key);
    }
    SLOTH_TRY(const fs::path data_dir, find_data_dir(sources));
    SLOTH_TRY(Settings settings, read_file_settings(sources, data_dir));
    read_environment(sources, settings);
    for (const auto& given : sources.flags) settings[given.key] = {given.value, given.flag};
    if (!settings.contains("data_dir")) settings["data_dir"] = {"", "default"};
    settings["data_dir"].text = data_dir.native();
    return checked(settings);
}

}  // namespace sloth
