// The CPU watcher: usage of all cores together, of each by itself, or the load. A reading is the
// mean since the last look, smoothed over `average` if that was asked. See watch/watcher.h for who
// may call it.
#pragma once

#include "watch/levels.h"
#include "watch/watchers.h"

namespace sloth {

class CpuWatcher final : public Watcher {
 public:
    CpuWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
               const WatcherContext& context);

    std::optional<MonoTime> notice(const Notice&, MonoTime) override { return {}; }
    Result<Check> check(MonoTime now) override;
    std::string baseline() const override;
    void accept() override;

 private:
    // Percent, by core; -1 is all together.
    using Usage = std::map<int, double>;

    struct Look {
        CpuReading reading;
        MonoTime at{};
        Usage usage;
    };

    Usage usage_since(const Look& before, const CpuReading& reading, MonoTime now) const;
    void add_sighting(const Levels::Crossing& crossing, int core, const Look& look,
                      Check& check) const;

    const Origin origin_;
    Machine& machine_;
    const std::string metric_;
    const Micros interval_;
    const Micros average_;
    Levels levels_;
    std::optional<Look> seen_;
    std::optional<Look> now_;
};

}  // namespace sloth
