// The disk watcher: how full one file system is, or each of them, in bytes or in inodes. `above` is
// about what is used, `below` about what is available. A file system that hangs holds up nobody but
// this watcher. See watch/watcher.h for who may call it.
#pragma once

#include <memory>

#include "watch/levels.h"
#include "watch/watchers.h"

namespace sloth {

class DiskWatcher final : public Watcher {
 public:
    DiskWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
                const WatcherContext& context);

    // Its answer is there.
    std::optional<MonoTime> notice(const Notice&, MonoTime now) override { return now; }
    Result<Check> check(MonoTime now) override;
    std::string baseline() const override;
    void accept() override;

 private:
    struct Measured {
        Mount mount;
        Result<DiskSpace> space;
    };
    using Asked = Answer<std::vector<Measured>>;

    Result<void> ask(MonoTime now);
    void compare(const Measured& measured, MonoTime now, Check& check);

    const Origin origin_;
    const uint64_t owner_;
    Machine& machine_;
    const std::string path_;  // "" is all
    const bool inodes_;
    const bool below_;
    Levels levels_;
    std::shared_ptr<Asked> asked_;
    std::optional<std::vector<Measured>> now_;  // answered, and not accepted yet
    int unanswered_ = 0;                        // looks in vain
};

}  // namespace sloth
