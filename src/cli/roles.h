// What the command line asks of the program around it. main fills in a Roles; nothing here knows
// stores, engines or sockets. Values and interfaces; used by one thread, except that a Connection's
// stub may be called by several.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cli/config_row.h"
#include "sloth/v1/admin.grpc.pb.h"

namespace sloth::cli {

enum class Format { table, json, yaml, jsonl, name };

// The flags that every command takes. Empty: not given.
struct GlobalOptions {
    std::string data_dir;
    std::string config;  // a file
    std::string master;  // host:port or unix:PATH
    std::string log_level;
    std::string log_format;
    std::string color;
    std::optional<Format> format;
    bool quiet = false;
    bool yes = false;
    std::vector<std::pair<std::string, std::string>> settings;  // --set key=value
};

struct UpOptions {
    std::string listen;  // host:port; "" opens none
};

struct MasterOptions {
    std::string listen;  // "" is the configured one
};

struct AgentOptions {
    std::string name;  // "" is the configured one, else the host's
    std::vector<std::string> tags;
};

struct BenchOptions {
    int64_t events = 100'000;
    int64_t hooks = 1;
    int64_t rate = 5'000;  // events a second of the open-loop half
    int64_t payload = 256;
    Format format = Format::table;
};

enum class Need {
    running,  // only a master that runs already; the store is never opened
    any,      // without a master, the same service in this process
};

class Connection {
 public:
    virtual ~Connection() = default;
    virtual v1::Admin::StubInterface& admin() = 0;
    virtual bool in_process() const = 0;  // no master runs: what is stored waits for one
};

struct Roles {
    // Code::unreachable: no master (Need::running). Code::conflict: somebody else holds the data
    // folder and does not serve it.
    std::function<Result<std::unique_ptr<Connection>>(const GlobalOptions&, Need)> connect;

    // Each runs until it is told to end, says itself what went wrong, and returns the exit code.
    std::function<int(const GlobalOptions&, const UpOptions&)> run_up;
    std::function<int(const GlobalOptions&, const MasterOptions&)> run_master;
    std::function<int(const GlobalOptions&, const AgentOptions&)> run_agent;
    std::function<int(const GlobalOptions&, const BenchOptions&)> run_bench;

    std::function<Result<std::vector<ConfigRow>>(const GlobalOptions&)> config;  // sorted by key
    std::function<WallTime()> now;
    std::string version;
};

}  // namespace sloth::cli
