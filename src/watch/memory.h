// The memory watcher: `above` is about what is used, `below` about what is available; also swap,
// and the share of time in which something waited for memory. See watch/watcher.h for who may call
// it.
#pragma once

#include "watch/levels.h"
#include "watch/watchers.h"

namespace sloth {

class MemoryWatcher final : public Watcher {
 public:
    MemoryWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
                  const WatcherContext& context);

    std::optional<MonoTime> notice(const Notice&, MonoTime) override { return {}; }
    Result<Check> check(MonoTime now) override;
    std::string baseline() const override;
    void accept() override;

 private:
    Result<double> measure(const MemoryReading& reading) const;

    const Origin origin_;
    Machine& machine_;
    const std::string metric_;
    const bool below_;
    Levels levels_;
};

}  // namespace sloth
