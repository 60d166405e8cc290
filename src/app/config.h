// The settings: read once at the start, from a file, the environment and flags (each wins over the
// one before it), and checked as a whole. The table of keys in config.cc is the one place where a
// key, its default and the reason for it stand. Values; any thread.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "cli/config_row.h"
#include "cli/roles.h"

namespace sloth {

// Members have the keys' names; values are within their bounds.
struct Config {
    int64_t agent_batch_events = 0;
    Micros agent_heartbeat{};
    Micros agent_lost_after{};
    std::string agent_name;     // "" is the host's
    Micros agent_outbox_age{};  // 0 is no limit
    int64_t agent_outbox_bytes = 0;
    int64_t agent_outbox_limit = 0;
    int64_t agent_rate_limit = 0;  // 0 is none
    std::string data_dir;          // absolute
    Micros drain_timeout{};
    int64_t exec_output = 0;
    int64_t exec_processes = 0;
    std::string exec_user;
    std::string hook_env;
    int64_t hook_max_concurrency = 0;
    int64_t hook_max_effects_in_flight = 0;
    int64_t hook_memory = 0;
    int64_t hook_output = 0;
    std::string hook_profile;
    Micros hook_timeout{};
    std::string http_ca_file;
    std::string http_internal;
    std::string http_link_local;
    int64_t http_max_response = 0;
    std::string listen;  // of `master start`
    Micros lock_wait{};
    std::string log_format;
    std::string log_level;
    std::string master_addr;  // "" is the one on the data folder
    int64_t max_in_flight = 0;
    int64_t max_pending = 0;
    int64_t max_recoveries = 0;
    int64_t queue_size = 0;
    Micros retention{};  // 0 is for ever
    Micros stall_limit{};
    int64_t worker_memory = 0;
    int64_t workers = 0;  // 0 is one a core

    Log::Options log() const;
};

struct LoadedConfig {
    Config config;
    std::vector<cli::ConfigRow> rows;  // every key, sorted
};

// Where values come from, so that tests need no real environment.
struct ConfigSources {
    std::function<std::optional<std::string>(const std::string&)> environment;
    std::string default_data_dir;
    std::filesystem::path system_dir = "/etc/sloth-runner";
    std::string file;  // --config: this one, and it must exist
    // key, value and the flag it came with, in the order in which they win.
    struct Given {
        std::string key;
        std::string value;
        std::string flag;
    };
    std::vector<Given> flags;
};

// The process's own environment and these flags.
ConfigSources config_sources(const cli::GlobalOptions& options);

// Code::invalid names the file (with its line), variable or flag, the key, and what it takes;
// Code::not_found for a --config that is not there.
Result<LoadedConfig> load_config(const ConfigSources& sources);

}  // namespace sloth
