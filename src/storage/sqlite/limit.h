// The limit that the store is measured against: what bare SQLite does on the same disk, with the
// same schema, the same rows, the same settings and the same checkpoints, and nothing around it: no
// queue, no thread, no engine, no duplicates looked for. One call, its caller's thread, seconds.
#pragma once

#include <cstddef>
#include <filesystem>

#include "base/result.h"
#include "base/time.h"
#include "ports/clock.h"

namespace sloth {

struct BareLoad {
    size_t events = 50'000;
    size_t batch = 100;    // lives per transaction: as many events as the store puts into one
    size_t payload = 200;  // bytes of each event's data
};

struct BareLimit {
    double events_per_second = 0;  // whole lives: stored, run recorded, finished, hook counted
    Micros flush_p50{};            // of one COMMIT, the flush to the disk included
    Micros flush_p99{};
    Micros flush_p999{};
};

// Works in a file of its own in `folder`, removed afterwards.
Result<BareLimit> bare_sqlite_limit(const std::filesystem::path& folder, Clock& clock,
                                    const BareLoad& load);

}  // namespace sloth
