#include "watch/memory.h"

#include <algorithm>
#include <utility>

#include "base/json.h"

namespace sloth {
namespace {

double percent(uint64_t part, uint64_t whole) {
    return whole > 0 ? 100.0 * double(part) / double(whole) : 0;
}

uint64_t mib(uint64_t bytes) { return bytes >> 20; }

void describe_memory(const MemoryReading& reading, Json& data) {
    const uint64_t used = reading.total - reading.available;
    const uint64_t swap_used = reading.swap_total - std::min(reading.swap_free, reading.swap_total);
    for (const char* key :
         {"memory_percent", "used_percent", "usage_percent", "memory_used_percent"}) {
        data[key] = number_json(percent(used, reading.total));
    }
    data["available_percent"] = number_json(percent(reading.available, reading.total));
    data["used_mb"] = mib(used);
    data["total_mb"] = mib(reading.total);
    data["available_mb"] = mib(reading.available);
    data["memory_used_bytes"] = used;
    data["memory_total_bytes"] = data["total"] = reading.total;
    data["available_bytes"] = data["available"] = reading.available;
    data["swap_percent"] = number_json(percent(swap_used, reading.swap_total));
    data["swap_used_mb"] = mib(swap_used);
    data["swap_total_mb"] = mib(reading.swap_total);
    if (reading.pressure) data["pressure"] = number_json(*reading.pressure);
}

}  // namespace

MemoryWatcher::MemoryWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
                             const WatcherContext& context)
    : origin_(context.origin(spec)),
      machine_(context.machine),
      metric_(spec.metric.empty() ? "ram" : spec.metric),
      below_(std::ranges::find(spec.conditions, "below") != spec.conditions.end()),
      levels_(spec) {
    levels_.restore(parse_baseline(baseline).value("levels", Json()));
}

Result<double> MemoryWatcher::measure(const MemoryReading& reading) const {
    if (metric_ == "pressure") {
        if (reading.pressure) return *reading.pressure;
        return fail_with({Code::failed, "this kernel does not tell of memory pressure",
                          "boot it with psi=1, or watch what is available"});
    }
    if (metric_ == "swap") {
        const uint64_t free = std::min(reading.swap_free, reading.swap_total);
        return percent(reading.swap_total - free, reading.swap_total);
    }
    return percent(below_ ? reading.available : reading.total - reading.available, reading.total);
}

Result<Check> MemoryWatcher::check(MonoTime now) {
    levels_.begin();
    const auto& reading = machine_.memory(now);
    if (!reading) return std::unexpected(reading.error());
    SLOTH_TRY(const double value, measure(*reading));
    Check check;
    if (const auto crossing = levels_.take("", value, now)) {
        Json data;
        levels_.describe(*crossing, "memory", metric_, data);
        describe_memory(*reading, data);
        const bool low = crossing->high != below_;
        check.sightings.push_back(make_sighting(low ? "system.memory_low" : "system.memory_normal",
                                                std::move(data), origin_, crossing->inferred));
    }
    if (levels_.changed()) check.save = Check::Save::now;
    return check;
}

std::string MemoryWatcher::baseline() const { return dump_json(Json{{"levels", levels_.state()}}); }

void MemoryWatcher::accept() { levels_.accept(); }

}  // namespace sloth
