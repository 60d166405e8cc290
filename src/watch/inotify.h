// The Notifier over one inotify instance (the system allows few of them to a user), shared by all
// watchers of an agent. One thread. Where inotify cannot be had, every add() fails and the interval
// alone does the work.
#pragma once

#include <map>
#include <set>

#include "base/file.h"
#include "watch/notifier.h"

namespace sloth {

class Inotify final : public Notifier {
 public:
    Inotify();

    Result<int> add(const std::string& path, Scope scope, uint64_t owner) override;
    void remove(int watch, uint64_t owner) override;
    std::vector<Notice> read() override;
    int fd() const override { return fd_.get(); }

 private:
    void take(int watch, uint32_t mask, std::string name, std::vector<Notice>& notices);

    Fd fd_;
    int error_ = 0;  // why there is no instance
    std::map<int, std::set<uint64_t>> owners_;
};

}  // namespace sloth
