#include <array>

#include "cli/groups.h"
#include "cli/session.h"

namespace sloth::cli {
namespace {

Result<int> up(Session& session, const Arguments& args) {
    return session.roles().run_up(session.options(), {args.text("listen")});
}

Result<int> master_start(Session& session, const Arguments& args) {
    return session.roles().run_master(session.options(), {args.text("listen")});
}

Result<int> bench(Session& session, const Arguments& args) {
    BenchOptions options;
    SLOTH_TRY(options.events, args.number("events", options.events, 1));
    SLOTH_TRY(options.hooks, args.number("hooks", options.hooks, 0));
    SLOTH_TRY(options.rate, args.number("rate", options.rate, 1));
    SLOTH_TRY(options.payload, args.number("payload", options.payload, 0));
    options.format = session.format();
    return session.roles().run_bench(session.options(), options);
}

constexpr std::array kUpFlags{
    Flag{"listen", 0, "HOST:PORT", "", false, "Let agents dial in here (default: no TCP port)."}};
static_assert(sorted_by_name(kUpFlags));
constexpr std::array kUp{
    Command{"up", "", "", "Run a master and a local agent in one process.",
            "Prints one line when it is ready. Waits up to 5 s for the data folder, then says who "
            "holds it. SIGTERM drains and ends it; a second one hands open work back at once.",
            "up\nup --data-dir ./data --listen 127.0.0.1:50051", kUpFlags, up, false},
};

constexpr std::array kMasterFlags{Flag{"listen", 0, "HOST:PORT", "", false,
                                       "Let agents dial in here (default 127.0.0.1:50051; port 0 "
                                       "takes a free one)."}};
static_assert(sorted_by_name(kMasterFlags));
constexpr std::array kMaster{
    Command{"start", "", "", "Run a master.",
            "Prints one line when it is ready. SIGTERM drains and ends it; a second one hands open "
            "work back at once.",
            "master start\nmaster start --listen 127.0.0.1:0", kMasterFlags, master_start, false},
};

constexpr std::array kBenchFlags{
    Flag{"events", 0, "N", "", false, "How many events (default 100000)."},
    Flag{"hooks", 0, "H", "", false, "How many hooks each event runs (default 1)."},
    Flag{"payload", 0, "BYTES", "", false, "Size of an event's data (default 256)."},
    Flag{"rate", 0, "R", "", false, "Events a second for the latencies (default 5000)."},
};
static_assert(sorted_by_name(kBenchFlags));
constexpr std::array kBench{
    Command{"bench", "", "", "Measure events a second and latencies on this machine.",
            "Loads a private data folder, durably, and prints beside the result what bare SQLite "
            "does on the same disk.",
            "bench\nbench --events 200000 --rate 5000 -o json", kBenchFlags, bench},
};

}  // namespace

std::span<const Command> up_commands() { return kUp; }
std::span<const Command> master_commands() { return kMaster; }
std::span<const Command> bench_commands() { return kBench; }

}  // namespace sloth::cli
