// `sloth-runner bench`: loads the real pipe (store, engine, worker processes) in a private folder
// and says what it did, beside what bare SQLite does on the same disk in the same run. Main thread;
// starts and joins its own threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/config.h"
#include "base/log.h"
#include "runner/zygote.h"

namespace sloth {

struct BenchPlan {
    int64_t events = 100'000;
    int64_t hooks = 1;
    int64_t rate = 5'000;   // events a second in the open-loop half; 0 leaves that half out
    int64_t payload = 256;  // bytes of `data`
};

struct Percentiles {
    double p50 = 0;
    double p99 = 0;
    double p999 = 0;
};
Percentiles percentiles(std::vector<double> values);

struct BenchReport {
    double events_per_second = 0;  // accepted, hooks run in workers, recorded: all durable
    double sqlite_limit_per_second = 0;
    double ratio = 0;
    Percentiles flush_ms;     // one commit of bare SQLite
    Percentiles accept_ms;    // open loop: from the moment an event was due to its acceptance
    Percentiles dispatch_ms;  // open loop: from acceptance to the hook's first instruction
    int64_t lost = 0;         // accepted and not finished
    int64_t duplicates = 0;   // runs beyond one for each (event, hook)
};

// `folder` must be empty; it lies on the disk that is measured.
Result<BenchReport> run_bench(const std::filesystem::path& folder, const BenchPlan& plan,
                              const Config& config, Zygote& zygote, Log& log);

std::string to_json(const BenchReport& report, const BenchPlan& plan);
std::string to_text(const BenchReport& report, const BenchPlan& plan);

}  // namespace sloth
