// The Notifier over inotify and epoll. One thread.
#pragma once

#include <map>

#include "base/file.h"
#include "watch/inotify.h"
#include "watch/notifier.h"

namespace sloth {

class KernelNotifier final : public Notifier {
 public:
    KernelNotifier();
    KernelNotifier(const KernelNotifier&) = delete;
    KernelNotifier& operator=(const KernelNotifier&) = delete;

    Result<int> add(const std::string& path, Scope scope, uint64_t owner) override {
        return paths_.add(path, scope, owner);
    }
    void remove(int watch, uint64_t owner) override { paths_.remove(watch, owner); }
    Result<void> attach(int fd, short events, uint64_t owner) override;
    Result<void> attach(int fd, short events, NoticeSource& source) override;
    void detach(int fd) override;
    std::vector<Notice> read() override;
    int fd() const override { return epoll_.get(); }

 private:
    struct Attached {
        uint64_t owner = 0;
        NoticeSource* source = nullptr;  // instead of an owner
    };
    Result<void> attach(int fd, short events, Attached attached);

    Fd epoll_;
    Inotify paths_;
    std::map<int, Attached> attached_;
};

}  // namespace sloth
