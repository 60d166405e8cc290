#include "watch/inotify.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace sloth {
namespace {

constexpr uint32_t kNames =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr uint32_t kContents = kNames | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB;

Notice::Kind kind_of(uint32_t mask) {
    if (mask & IN_IGNORED) return Notice::Kind::lost;
    if (mask & (IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) {
        return Notice::Kind::gone;
    }
    if (mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) return Notice::Kind::written;
    return mask & IN_CREATE ? Notice::Kind::appeared : Notice::Kind::changed;
}

}  // namespace

Inotify::Inotify() : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (!fd_) error_ = errno;
}

Result<int> Inotify::add(const std::string& path, Notifier::Scope scope, uint64_t owner) {
    if (!fd_) {
        return fail(Code::exhausted, "watch '{}' by inotify: {}", path, errno_text(error_));
    }
    // Added to what another owner may have asked for of the same file, never instead of it.
    using Scope = Notifier::Scope;
    const uint32_t what = scope == Scope::names      ? kNames
                          : scope == Scope::followed ? kContents
                                                     : kContents | IN_DONT_FOLLOW;
    const uint32_t mask = IN_MASK_ADD | what;
    const int watch = ::inotify_add_watch(fd_.get(), path.c_str(), mask);
    if (watch < 0) {
        const Code code = errno == ENOENT || errno == ENOTDIR ? Code::not_found
                          : errno == EACCES                   ? Code::refused
                          : errno == ENOSPC                   ? Code::exhausted
                                                              : Code::failed;
        return fail(code, "watch '{}' by inotify: {}", path, errno_text(errno));
    }
    owners_[watch].insert(owner);
    return watch;
}

void Inotify::remove(int watch, uint64_t owner) {
    const auto it = owners_.find(watch);
    if (it == owners_.end()) return;
    it->second.erase(owner);
    if (!it->second.empty()) return;
    owners_.erase(it);
    ::inotify_rm_watch(fd_.get(), watch);
}

void Inotify::read(std::vector<Notice>& notices) {
    alignas(inotify_event) std::array<char, 64 << 10> buffer;
    while (fd_) {
        const ssize_t got = ::read(fd_.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        for (size_t at = 0; at < size_t(got);) {
            inotify_event event;
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* name = buffer.data() + at + sizeof event;
            take(event.wd, event.mask, event.len > 0 ? std::string(name) : std::string(), notices);
            at += sizeof event + event.len;
        }
    }
}

void Inotify::take(int watch, uint32_t mask, std::string name, std::vector<Notice>& notices) {
    if (mask & IN_Q_OVERFLOW) {
        std::set<uint64_t> all;
        for (const auto& [_, owners] : owners_) all.insert(owners.begin(), owners.end());
        for (const uint64_t owner : all) notices.push_back({owner, -1, Notice::Kind::overflow, {}});
        return;
    }
    const auto it = owners_.find(watch);
    if (it == owners_.end()) return;
    for (const uint64_t owner : it->second) {
        notices.push_back({owner, watch, kind_of(mask), name});
    }
    if (mask & IN_IGNORED) owners_.erase(it);
}

}  // namespace sloth
