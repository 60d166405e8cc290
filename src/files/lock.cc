#include "files/lock.h"

#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

namespace sloth::files {
namespace {

using std::chrono::microseconds;

// Locks are held for the time of one write, so the first tries are close together.
constexpr microseconds kFirstPause{100};
constexpr microseconds kLongestPause{10'000};
constexpr microseconds kPatience = std::chrono::seconds(10);

Result<void> wait_for_lock(const Place& place, int fd, const std::stop_token& stop) {
    microseconds waited{};
    for (microseconds pause = kFirstPause; ::flock(fd, LOCK_EX | LOCK_NB) != 0;) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK) return place.error(errno);
        if (stop.stop_requested()) return place.error(Code::timed_out, "stopped");
        if (waited >= kPatience) {
            return place.error(Code::timed_out, "another program has it locked (flock)");
        }
        std::this_thread::sleep_for(pause);
        waited += pause;
        pause = std::min(pause * 2, kLongestPause);
    }
    return {};
}

}  // namespace

Result<Fd> lock_file(const Place& place, Access access, const std::stop_token& stop) {
    for (;;) {
        Result<Fd> fd = open_regular(place, access);
        if (!fd && fd.error().code == Code::not_found) return Fd();
        if (!fd) return fd;
        SLOTH_TRY_VOID(wait_for_lock(place, fd->get(), stop));
        struct stat locked{};
        if (::fstat(fd->get(), &locked) != 0) return place.error(errno);
        SLOTH_TRY(const std::optional<struct stat> now, place.status());
        if (!now) return Fd();
        if (now->st_dev == locked.st_dev && now->st_ino == locked.st_ino) return fd;
    }
}

}  // namespace sloth::files
