// One inotify instance (the system allows few of them to a user), shared by all watchers of an
// agent. One thread. Where inotify cannot be had, every add() fails and the interval alone does the
// work. See watch/notifier.h for what is promised.
#pragma once

#include <map>
#include <set>

#include "base/file.h"
#include "watch/notifier.h"

namespace sloth {

class Inotify {
 public:
    Inotify();

    Result<int> add(const std::string& path, Notifier::Scope scope, uint64_t owner);
    void remove(int watch, uint64_t owner);
    void read(std::vector<Notice>& notices);
    int fd() const { return fd_.get(); }

 private:
    void take(int watch, uint32_t mask, std::string name, std::vector<Notice>& notices);

    Fd fd_;
    int error_ = 0;  // why there is no instance
    std::map<int, std::set<uint64_t>> owners_;
};

}  // namespace sloth
