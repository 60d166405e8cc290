#include "watch/kernel_notifier.h"

#include <poll.h>
#include <sys/epoll.h>

#include <array>
#include <cerrno>

namespace sloth {
namespace {

// The names differ, the bits do not.
static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT && EPOLLPRI == POLLPRI);

}  // namespace

KernelNotifier::KernelNotifier() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_ || paths_.fd() < 0) return;
    epoll_event event{.events = EPOLLIN, .data = {.fd = paths_.fd()}};
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, paths_.fd(), &event);
}

Result<void> KernelNotifier::attach(int fd, short events, uint64_t owner) {
    return attach(fd, events, Attached{owner, nullptr});
}

Result<void> KernelNotifier::attach(int fd, short events, NoticeSource& source) {
    return attach(fd, events, Attached{0, &source});
}

Result<void> KernelNotifier::attach(int fd, short events, Attached attached) {
    epoll_event event{.events = uint32_t(events), .data = {.fd = fd}};
    const int how = attached_.contains(fd) ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (::epoll_ctl(epoll_.get(), how, fd, &event) != 0) {
        return fail(Code::exhausted, "wait for a descriptor: {}", errno_text(errno));
    }
    attached_[fd] = attached;
    return {};
}

void KernelNotifier::detach(int fd) {
    if (attached_.erase(fd) > 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

// One round: what is ready and not told of now is ready the next time.
std::vector<Notice> KernelNotifier::read() {
    std::vector<Notice> notices;
    std::array<epoll_event, 256> events;
    const int count = ::epoll_wait(epoll_.get(), events.data(), int(events.size()), 0);
    for (int i = 0; i < count; ++i) {
        const int fd = events[size_t(i)].data.fd;
        if (fd == paths_.fd()) {
            paths_.read(notices);
            continue;
        }
        const auto it = attached_.find(fd);  // a source may have detached others meanwhile
        if (it == attached_.end()) continue;
        if (it->second.source != nullptr) {
            it->second.source->read(notices);
        } else {
            notices.push_back({it->second.owner, fd, Notice::Kind::ready, {}});
        }
    }
    return notices;
}

}  // namespace sloth
