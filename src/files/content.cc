#include "files/content.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "files/folders.h"
#include "files/lock.h"
#include "files/replacement.h"

namespace sloth::files {
namespace {

constexpr size_t kFirstRead = 4 << 10;  // of files that do not say how large they are
constexpr mode_t kPermissions = 0777;

Result<bool> is_the_same(const Place& place, int fd, const struct stat& info,
                         std::string_view content, const WriteOptions& options) {
    if (static_cast<size_t>(info.st_size) != content.size()) return false;
    if (options.mode && (info.st_mode & kPermissions) != *options.mode) return false;
    SLOTH_TRY(const std::string now, read_open(place, fd, content.size()));
    return now == content;
}

Result<bool> write_at(const Place& place, std::string_view content, const WriteOptions& options,
                      const std::stop_token& stop) {
    for (;;) {
        SLOTH_TRY(const Fd locked, lock_file(place, Access::read, stop));
        std::optional<struct stat> old;
        if (locked && ::fstat(locked.get(), &old.emplace()) != 0) return place.error(errno);
        if (old && options.compare) {
            SLOTH_TRY(const bool same, is_the_same(place, locked.get(), *old, content, options));
            if (same) return false;
        }
        SLOTH_TRY(Replacement next, Replacement::begin(place, old, options.mode));
        SLOTH_TRY_VOID(next.add(content));
        SLOTH_TRY(const bool done, next.commit());
        if (done) return true;
    }
}

}  // namespace

Result<std::string> read_open(const Place& place, int fd, size_t max_bytes) {
    struct stat info{};
    if (::fstat(fd, &info) != 0) return place.error(errno);
    const auto size = static_cast<size_t>(info.st_size);
    std::string out(std::min(std::max(size, kFirstRead), max_bytes) + 1, '\0');
    size_t used = 0;
    for (;;) {
        const ssize_t got =
            ::pread(fd, out.data() + used, out.size() - used, static_cast<off_t>(used));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return place.error(errno);
        if (got == 0) break;
        used += static_cast<size_t>(got);
        if (used > max_bytes) {
            return place.error(
                Code::exhausted,
                fmt::format("larger than {} bytes, the most that is read at once", max_bytes));
        }
        if (used == out.size()) out.resize(std::min(used * 2, max_bytes + 1));
    }
    out.resize(used);
    return out;
}

Result<std::string> read(const Roots& roots, std::string_view path, size_t max_bytes) {
    SLOTH_TRY(const Place place, find_place(roots, path, Last::follow, "read"));
    SLOTH_TRY(const Fd fd, open_regular(place, Access::read));
    return read_open(place, fd.get(), max_bytes);
}

Result<bool> write(const Roots& roots, std::string_view path, std::string_view content,
                   const WriteOptions& options, const std::stop_token& stop) {
    if (options.parents) SLOTH_TRY_VOID(make_parents(roots, path));
    SLOTH_TRY(const Place place, find_place(roots, path, Last::follow, "write"));
    if (path.ends_with('/')) return place.error(EISDIR);
    return write_at(place, content, options, stop);
}

Result<void> write_all(const Place& place, int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return place.error(errno);
        bytes.remove_prefix(static_cast<size_t>(written));
    }
    return {};
}

Result<void> append_to(const Place& place, int fd, std::string_view content) {
    struct stat before{};
    if (::fstat(fd, &before) != 0) return place.error(errno);
    const Result<void> written = write_all(place, fd, content);
    if (written) return {};
    // A disk that filled up on the way: what got there is taken back, unless another has appended.
    struct stat now{};
    const auto most = before.st_size + static_cast<off_t>(content.size());
    const bool ours = ::fstat(fd, &now) == 0 && now.st_size > before.st_size && now.st_size < most;
    if (ours && ::ftruncate(fd, before.st_size) != 0) return place.error(errno);
    return written;
}

Result<void> append(const Roots& roots, std::string_view path, std::string_view content,
                    const std::stop_token& stop) {
    SLOTH_TRY(const Place place, find_place(roots, path, Last::follow, "append to"));
    if (path.ends_with('/')) return place.error(EISDIR);
    for (;;) {
        SLOTH_TRY(const Fd locked, lock_file(place, Access::append, stop));
        if (locked) return append_to(place, locked.get(), content);
        SLOTH_TRY(Replacement next, Replacement::begin(place, std::nullopt, std::nullopt));
        SLOTH_TRY_VOID(next.add(content));
        SLOTH_TRY(const bool done, next.commit());
        if (done) return {};
    }
}

}  // namespace sloth::files
