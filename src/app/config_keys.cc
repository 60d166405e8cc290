#include "app/config_keys.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "domain/hook.h"

namespace sloth {
namespace {

constexpr int64_t kMany = 1'000'000;
constexpr int64_t kKiB = 1 << 10;

using C = Config;

constexpr std::array kKeys{
    ConfigKey{"agent_batch_events", CountKey{&C::agent_batch_events, 1, 10'000}, "50",
              "the specification's batch; a message stays small beside gRPC's limit of 4 MiB"},
    ConfigKey{"agent_heartbeat", DurationKey{&C::agent_heartbeat, 100ms}, "5s",
              "the specification's; often enough to notice a lost agent within 15 s"},
    ConfigKey{"agent_lost_after", DurationKey{&C::agent_lost_after, 200ms}, "15s",
              "three heartbeats: one lost packet is no lost agent"},
    ConfigKey{"agent_name", TextKey{&C::agent_name, ""}, "", "empty: the host's name"},
    ConfigKey{"agent_outbox_age", DurationKey{&C::agent_outbox_age, 0s}, "7d",
              "a week without a master: what is older helps nobody; 0s: no limit"},
    ConfigKey{"agent_outbox_bytes", BytesKey{&C::agent_outbox_bytes, 64 * kKiB}, "64MiB",
              "of events that wait for the master, on the agent's disk"},
    ConfigKey{"agent_outbox_limit", CountKey{&C::agent_outbox_limit, 100, 100 * kMany}, "100000",
              "events that wait for the master: some hours of a busy machine"},
    ConfigKey{"agent_rate_limit", CountKey{&C::agent_rate_limit, 0, kMany}, "10000",
              "events a second of one agent, so that none crowds out the others; 0: no limit"},
    ConfigKey{"data_dir", TextKey{&C::data_dir, ""}, "",
              "root: /var/lib/sloth-runner; others: $XDG_STATE_HOME/sloth-runner", false},
    ConfigKey{"drain_timeout", DurationKey{&C::drain_timeout, 0s}, "30s",
              "a hook's own default timeout: what runs can end before it is handed back"},
    ConfigKey{"exec_output", BytesKey{&C::exec_output, kKiB}, "256KiB",
              "of each stream of a command that a hook runs; the rest is thrown away"},
    ConfigKey{
        "exec_processes", CountKey{&C::exec_processes, 0, kMany}, "4096",
        "of one command with all that it starts: a large build, but no fork bomb; 0: no limit"},
    ConfigKey{"exec_user", TextKey{&C::exec_user, ""}, "nobody",
              "who runs the commands of hooks that do not have the service's rights"},
    ConfigKey{"hook_env", TextKey{&C::hook_env, ""}, "*",
              "variables that hooks see, names or globs; what looks like a secret must be named"},
    ConfigKey{"hook_max_concurrency", CountKey{&C::hook_max_concurrency, 0, kMany}, "0",
              "runs of one hook at once; 0: as many as there is room for"},
    ConfigKey{"hook_max_effects_in_flight", CountKey{&C::hook_max_effects_in_flight, 1, kMany},
              "16", "of one run, in http.all: polite to a small server"},
    ConfigKey{"hook_memory", BytesKey{&C::hook_memory, kLeastHookMemory}, "64MiB",
              "Lua memory of a run: a thousand times what a usual hook needs"},
    ConfigKey{"hook_output", BytesKey{&C::hook_output, kLeastHookOutput}, "256KiB",
              "captured output of a run, then it is cut with a mark"},
    ConfigKey{"hook_profile", TextKey{&C::hook_profile, "service|standard|pure"}, "service",
              "the specification's: hooks run with the service's rights; a hook may have less"},
    ConfigKey{"hook_timeout", DurationKey{&C::hook_timeout, 1ms}, "30s", "the specification's"},
    ConfigKey{"http_ca_file", TextKey{&C::http_ca_file, ""}, "",
              "authorities for the HTTPS of hooks, as PEM; empty: the system's"},
    ConfigKey{
        "http_internal", TextKey{&C::http_internal, "allow|deny"}, "allow",
        "hooks talk to this machine and private networks: most of what they automate is there"},
    ConfigKey{"http_link_local", TextKey{&C::http_link_local, "deny|allow"}, "deny",
              "link-local addresses, where clouds keep a machine's credentials"},
    ConfigKey{"http_max_response", BytesKey{&C::http_max_response, kKiB}, "8MiB",
              "of a response's body, where the request does not say; a run has 64MiB"},
    ConfigKey{"listen", TextKey{&C::listen, ""}, "127.0.0.1:50051",
              "where `master start` lets agents dial in: this machine only"},
    ConfigKey{"lock_wait", DurationKey{&C::lock_wait, 0s}, "5s",
              "how long to wait for a data folder that somebody holds: a command is done by then"},
    ConfigKey{"log_format", TextKey{&C::log_format, "text|json"}, "text", "people read it first"},
    ConfigKey{"log_level", TextKey{&C::log_level, "debug|info|warn|error"}, "info",
              "one line for what a person may want to know, none for each event"},
    ConfigKey{"master_addr", TextKey{&C::master_addr, ""}, "",
              "empty: the master on the data folder, through its socket"},
    ConfigKey{"max_in_flight", CountKey{&C::max_in_flight, 1, kMany}, "100",
              "the specification's hundred workers: runs at once"},
    ConfigKey{"max_pending", CountKey{&C::max_pending, 1, 100 * kMany}, "50000",
              "events on their way to the disk: some 50 MB; beyond it a source is refused"},
    ConfigKey{"max_recoveries", CountKey{&C::max_recoveries, 1, 1000}, "10",
              "masters that an event may outlive before it is taken for their killer"},
    ConfigKey{"queue_size", CountKey{&C::queue_size, 1, 10 * kMany}, "1000",
              "the specification's channel; what does not fit waits in the store"},
    ConfigKey{"retention", DurationKey{&C::retention, 0s}, "0s",
              "0s keeps events in a final state for ever: nothing goes without being asked"},
    ConfigKey{"stall_limit", DurationKey{&C::stall_limit, 5ms}, "50ms",
              "a slice lasts 1 ms: past this, C code does not come back and others must not wait"},
    ConfigKey{"worker_memory", BytesKey{&C::worker_memory, 16 * 1024 * kKiB}, "768MiB",
              "of all runs in one worker together: twelve at their limit"},
    ConfigKey{"workers", CountKey{&C::workers, 0, 1024}, "0",
              "0: one a core; Lua is bound by the CPU"},
};
static_assert(std::is_sorted(kKeys.begin(), kKeys.end(),
                             [](const ConfigKey& a, const ConfigKey& b) {
                                 return a.name < b.name;
                             }));

std::unexpected<Error> takes(std::string wanted) {
    return fail_with({Code::invalid, std::move(wanted), ""});
}

struct Setter {
    const std::string& text;
    Config& config;

    Result<void> operator()(const TextKey& key) const {
        const std::string padded = fmt::format("|{}|", key.choices);
        if (!key.choices.empty() && padded.find(fmt::format("|{}|", text)) == std::string::npos) {
            return takes(fmt::format("one of {}", key.choices));
        }
        config.*key.member = text;
        return {};
    }
    Result<void> operator()(const CountKey& key) const {
        int64_t value = 0;
        const char* end = text.data() + text.size();
        const auto [stop, problem] = std::from_chars(text.data(), end, value);
        if (text.empty() || problem != std::errc() || stop != end || value < key.least ||
            value > key.most) {
            return takes(fmt::format("a whole number from {} to {}", key.least, key.most));
        }
        config.*key.member = value;
        return {};
    }
    Result<void> operator()(const BytesKey& key) const {
        const auto value = parse_bytes(text);
        if (!value || *value < key.least) {
            return takes(fmt::format("a size from {} on, like 64MiB", format_bytes(key.least)));
        }
        config.*key.member = *value;
        return {};
    }
    Result<void> operator()(const DurationKey& key) const {
        const auto value = parse_duration(text);
        if (!value || *value < key.least) {
            return takes(
                fmt::format("a duration from {} on, like 30s", format_duration(key.least)));
        }
        config.*key.member = *value;
        return {};
    }
};

struct Shower {
    const Config& config;

    std::string operator()(const TextKey& key) const { return config.*key.member; }
    std::string operator()(const CountKey& key) const { return std::to_string(config.*key.member); }
    std::string operator()(const BytesKey& key) const { return format_bytes(config.*key.member); }
    std::string operator()(const DurationKey& key) const {
        return format_duration(config.*key.member);
    }
};

}  // namespace

std::span<const ConfigKey> config_keys() { return kKeys; }

std::string environment_name(std::string_view key) {
    std::string out = "SLOTH_RUNNER_";
    for (const char c : key) out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

Result<void> set_config(const ConfigKey& key, const std::string& text, Config& config) {
    return std::visit(Setter{text, config}, key.kind);
}

std::string shown_config(const ConfigKey& key, const Config& config) {
    return std::visit(Shower{config}, key.kind);
}

}  // namespace sloth
