#include "files/replacement.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "files/content.h"

namespace sloth::files {
namespace {

constexpr int kMaxLeftovers = 1000;    // of processes that were killed, with our thread's number
constexpr size_t kMaxNameBytes = 200;  // of the old name: there is room for ours beside it
constexpr mode_t kNewFile = 0666;      // less the umask
constexpr mode_t kPermissions = 0777;  // neither setuid nor setgid outlive a change of content

Result<void> take_owner(const Place& place, int fd, const struct stat& old) {
    struct stat now{};
    if (::fstat(fd, &now) != 0) return place.error(errno);
    if (now.st_uid == old.st_uid && now.st_gid == old.st_gid) return {};
    if (::fchown(fd, old.st_uid, old.st_gid) == 0) return {};
    return place.error(
        errno, fmt::format("its owner (user {}, group {}) cannot be kept", old.st_uid, old.st_gid));
}

}  // namespace

Result<Replacement> Replacement::begin(const Place& place, const std::optional<struct stat>& old,
                                       std::optional<mode_t> mode) {
    const bool narrow = old.has_value() || mode.has_value();
    for (int i = 0; i < kMaxLeftovers; ++i) {
        std::string name =
            fmt::format(".{}.{}-{}.tmp", place.name.substr(0, kMaxNameBytes), ::gettid(), i);
        Fd fd(::openat(place.folder.get(), name.c_str(),
                       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       narrow ? 0600 : kNewFile));
        if (!fd && errno == EEXIST) continue;
        if (!fd) return place.error(errno, "the new content needs a file beside it");
        Replacement out(place, std::move(name), std::move(fd), old.has_value());
        if (old) SLOTH_TRY_VOID(take_owner(place, out.fd_.get(), *old));
        // After the change of owner, which takes rights away.
        if (narrow &&
            ::fchmod(out.fd_.get(), mode.value_or(old ? old->st_mode : 0) & kPermissions) != 0) {
            return place.error(errno);
        }
        return out;
    }
    return place.error(Code::failed, "its folder is full of temporary files");
}

Replacement::~Replacement() {
    if (fd_) ::unlinkat(place_->folder.get(), name_.c_str(), 0);
}

Result<void> Replacement::add(std::string_view bytes) {
    return write_all(*place_, fd_.get(), bytes);
}

Result<bool> Replacement::commit() {
    if (::fsync(fd_.get()) != 0) return place_->error(errno);
    const int folder = place_->folder.get();
    const char* to = place_->name.c_str();
    if (!replaces_) {
        if (::renameat2(folder, name_.c_str(), folder, to, RENAME_NOREPLACE) == 0) {
            fd_.reset();
            return true;
        }
        if (errno == EEXIST) return false;
        if (errno != EINVAL) return place_->error(errno);
        // A file system without that: the last one wins.
    }
    if (::renameat(folder, name_.c_str(), folder, to) != 0) return place_->error(errno);
    fd_.reset();
    return true;
}

}  // namespace sloth::files
