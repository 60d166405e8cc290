#include "files/copy.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <vector>

#include "files/folders.h"
#include "files/lock.h"
#include "files/replacement.h"

namespace sloth::files {
namespace {

constexpr size_t kPiece = 256 << 10;
constexpr mode_t kPermissions = 0777;
constexpr std::string_view kMove = "move";

// Up to a piece, less only at the end of the file.
Result<std::string_view> read_piece(const Place& place, int fd, off_t at,
                                    std::vector<char>& piece) {
    size_t used = 0;
    while (used < piece.size()) {
        const ssize_t got =
            ::pread(fd, piece.data() + used, piece.size() - used, at + static_cast<off_t>(used));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return place.error(errno);
        if (got == 0) break;
        used += static_cast<size_t>(got);
    }
    return std::string_view(piece.data(), used);
}

class Copying {
 public:
    Copying(const Place& from, int source, const Place& to, const std::stop_token& stop)
        : from_(from), source_(source), to_(to), stop_(stop) {}

    Result<bool> same_content(int target) {
        off_t at = 0;
        for (;;) {
            if (stop_.stop_requested()) return to_.error(Code::timed_out, "stopped");
            SLOTH_TRY(const std::string_view a, read_piece(from_, source_, at, piece_));
            SLOTH_TRY(const std::string_view b, read_piece(to_, target, at, other_));
            if (a != b) return false;
            if (a.size() < piece_.size()) return true;
            at += static_cast<off_t>(a.size());
        }
    }

    Result<int64_t> into(Replacement& target) {
        off_t at = 0;
        for (;;) {
            if (stop_.stop_requested()) return to_.error(Code::timed_out, "stopped");
            SLOTH_TRY(const std::string_view bytes, read_piece(from_, source_, at, piece_));
            SLOTH_TRY_VOID(target.add(bytes));
            at += static_cast<off_t>(bytes.size());
            if (bytes.size() < piece_.size()) return at;
        }
    }

 private:
    const Place& from_;
    int source_;
    const Place& to_;
    const std::stop_token& stop_;
    std::vector<char> piece_ = std::vector<char>(kPiece);
    std::vector<char> other_ = std::vector<char>(kPiece);
};

Result<Copied> copy_at(const Place& from, const Place& to, std::optional<mode_t> mode,
                       const std::stop_token& stop) {
    SLOTH_TRY(const Fd source, open_regular(from, Access::read));
    struct stat info{};
    if (::fstat(source.get(), &info) != 0) return from.error(errno);
    Copying copying(from, source.get(), to, stop);
    for (;;) {
        SLOTH_TRY(const Fd locked, lock_file(to, Access::read, stop));
        std::optional<struct stat> old;
        if (locked && ::fstat(locked.get(), &old.emplace()) != 0) return to.error(errno);
        if (old && old->st_size == info.st_size &&
            (!mode || (old->st_mode & kPermissions) == *mode)) {
            SLOTH_TRY(const bool same, copying.same_content(locked.get()));
            if (same) return Copied{.changed = false, .size = info.st_size};
        }
        const mode_t new_mode = mode.value_or((old ? old->st_mode : info.st_mode) & kPermissions);
        SLOTH_TRY(Replacement next, Replacement::begin(to, old, new_mode));
        SLOTH_TRY(const int64_t size, copying.into(next));
        SLOTH_TRY(const bool done, next.commit());
        if (done) return Copied{.changed = true, .size = size};
    }
}

}  // namespace

Result<Copied> copy(const Roots& roots, std::string_view from, std::string_view to,
                    const CopyOptions& options, const std::stop_token& stop) {
    SLOTH_TRY(const Place source, find_place(roots, from, Last::follow, "copy"));
    if (options.parents) SLOTH_TRY_VOID(make_parents(roots, to));
    SLOTH_TRY(const Place target, find_place(roots, to, Last::follow, "copy to"));
    if (to.ends_with('/')) return target.error(EISDIR);
    return copy_at(source, target, options.mode, stop);
}

Result<void> move(const Roots& roots, std::string_view from, std::string_view to,
                  const std::stop_token& stop) {
    SLOTH_TRY(const Place source, find_place(roots, from, Last::keep, kMove));
    SLOTH_TRY(const Place target, find_place(roots, to, Last::keep, "move to"));
    if (::renameat(source.folder.get(), source.name.c_str(), target.folder.get(),
                   target.name.c_str()) == 0) {
        return {};
    }
    if (errno == ENOENT) return source.error(ENOENT);
    if (errno != EXDEV) return target.error(errno);
    SLOTH_TRY(const std::optional<struct stat> info, source.status());
    if (info && !S_ISREG(info->st_mode)) {
        return source.error(Code::failed, "to another file system only regular files are moved");
    }
    SLOTH_TRY_VOID(copy_at(source, target, std::nullopt, stop));
    if (::unlinkat(source.folder.get(), source.name.c_str(), 0) != 0) return source.error(errno);
    return {};
}

}  // namespace sloth::files
