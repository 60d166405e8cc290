#include "watch/cpu.h"

#include <cmath>
#include <utility>

#include "base/json.h"

namespace sloth {
namespace {

constexpr int kAll = -1;

const CpuTimes* times_of(const CpuReading& reading, int core) {
    if (core == kAll) return &reading.all;
    for (const auto& [number, times] : reading.cores) {
        if (number == core) return &times;
    }
    return nullptr;
}

double percent_between(const CpuTimes& before, const CpuTimes& after) {
    // Counters of waiting can run backwards on some kernels.
    if (after.total <= before.total || after.busy < before.busy) return 0;
    return 100.0 * double(after.busy - before.busy) / double(after.total - before.total);
}

std::string key_of(int core) { return core == kAll ? std::string() : std::to_string(core); }

}  // namespace

CpuWatcher::CpuWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
                       const WatcherContext& context)
    : origin_(context.origin(spec)),
      machine_(context.machine),
      metric_(spec.metric.empty() ? "usage" : spec.metric),
      interval_(spec.interval),
      average_(spec.average),
      levels_(spec) {
    levels_.restore(parse_baseline(baseline).value("levels", Json()));
}

CpuWatcher::Usage CpuWatcher::usage_since(const Look& before, const CpuReading& reading,
                                          MonoTime now) const {
    // How much of the new reading counts: all of it, or what fits a mean over `average`.
    const double span = std::chrono::duration<double>(now - before.at).count();
    const double time = std::chrono::duration<double>(average_).count();
    const double share = time > 0 ? 1 - std::exp(-span / time) : 1;
    Usage usage;
    const auto add = [&](int core, const CpuTimes& times) {
        const CpuTimes* old = times_of(before.reading, core);
        if (old == nullptr) return;
        const double sample = percent_between(*old, times);
        const auto last = before.usage.find(core);
        usage[core] =
            last == before.usage.end() ? sample : last->second + share * (sample - last->second);
    };
    add(kAll, reading.all);
    if (metric_ == "core") {
        for (const auto& [core, times] : reading.cores) add(core, times);
    }
    return usage;
}

Result<Check> CpuWatcher::check(MonoTime now) {
    now_.reset();
    levels_.begin();
    const auto& reading = machine_.cpu(now);
    if (!reading) return std::unexpected(reading.error());
    // A look soon after another one would measure that moment alone.
    if (seen_ && now - seen_->at < interval_ / 4) return Check{};
    now_ = Look{*reading, now, seen_ ? usage_since(*seen_, *reading, now) : Usage{}};
    Check check;
    if (metric_ == "load") {
        if (const auto crossing = levels_.take("", reading->load_1min, now)) {
            add_sighting(*crossing, kAll, *now_, check);
        }
    } else {
        for (const auto& [core, percent] : now_->usage) {
            if ((core == kAll) != (metric_ == "usage")) continue;
            if (const auto crossing = levels_.take(key_of(core), percent, now)) {
                add_sighting(*crossing, core, *now_, check);
            }
        }
    }
    if (levels_.changed()) check.save = Check::Save::now;
    return check;
}

void CpuWatcher::add_sighting(const Levels::Crossing& crossing, int core, const Look& look,
                              Check& check) const {
    Json data;
    levels_.describe(crossing, "cpu", metric_, data);
    const auto all = look.usage.find(kAll);
    const double percent = metric_ != "load"         ? crossing.value
                           : all == look.usage.end() ? 0
                                                     : all->second;
    for (const char* key : {"usage", "usage_percent", "cpu_percent"})
        data[key] = number_json(percent);
    data["load_1min"] = number_json(look.reading.load_1min);
    data["load_5min"] = number_json(look.reading.load_5min);
    data["load_15min"] = number_json(look.reading.load_15min);
    data["cpu_load_1min"] = data["load_average"] = data["load_1min"];
    data["cpu_cores"] = look.reading.cores.size();
    if (core != kAll) data["core"] = core;
    check.sightings.push_back(make_sighting(crossing.high ? "system.cpu_high" : "system.cpu_normal",
                                            std::move(data), origin_, crossing.inferred));
}

std::string CpuWatcher::baseline() const { return dump_json(Json{{"levels", levels_.state()}}); }

void CpuWatcher::accept() {
    if (!now_) return;
    seen_ = std::exchange(now_, {});
    levels_.accept();
}

}  // namespace sloth
