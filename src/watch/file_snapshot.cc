#include "watch/file_snapshot.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

#include "base/file.h"

namespace sloth {
namespace {

struct CloseDir {
    void operator()(DIR* dir) const { ::closedir(dir); }
};
using Dir = std::unique_ptr<DIR, CloseDir>;

FileTime to_time(const statx_timestamp& t) {
    return FileTime(std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

FileKind kind_of(uint32_t mode) {
    if (S_ISREG(mode)) return FileKind::regular;
    if (S_ISDIR(mode)) return FileKind::folder;
    return S_ISLNK(mode) ? FileKind::symlink : FileKind::other;
}

std::unexpected<Error> cannot_look(std::string_view path, int error) {
    const Code code = error == EACCES || error == EPERM ? Code::refused : Code::failed;
    return fail(code, "look at '{}': {}", path, errno_text(error));
}

// Null with errno set.
Dir open_folder(const std::string& path, bool follow) {
    const int flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW);
    Fd fd(::open(path.c_str(), flags));
    if (!fd) return {};
    Dir dir(::fdopendir(fd.get()));
    if (dir) fd.release();
    return dir;
}

bool is_dots(std::string_view name) { return name == "." || name == ".."; }

Result<void> read_entries(const std::string& path, FileSnapshot& snapshot) {
    const Dir dir = open_folder(path, /*follow=*/false);
    if (!dir) return cannot_look(path, errno);
    while (true) {
        errno = 0;
        const dirent* entry = ::readdir(dir.get());
        if (!entry) break;
        if (is_dots(entry->d_name)) continue;
        SLOTH_TRY(FileEntry found, look_at(::dirfd(dir.get()), entry->d_name));
        if (found.kind == FileKind::absent) continue;
        if (snapshot.entries.size() >= kMaxFolderEntries) {
            return fail(Code::exhausted, "look at '{}': more than {} entries", path,
                        kMaxFolderEntries);
        }
        snapshot.entries.insert_or_assign(entry->d_name, std::move(found));
    }
    if (errno != 0) return cannot_look(path, errno);
    return {};
}

}  // namespace

bool same_file(const FileEntry& a, const FileEntry& b) {
    if (a.kind != b.kind || a.inode != b.inode) return false;
    if (a.born != FileTime{} || b.born != FileTime{}) return a.born == b.born;
    return a.size == b.size && a.mtime == b.mtime;
}

bool same_state(const FileEntry& a, const FileEntry& b) {
    return a.kind == b.kind && a.inode == b.inode && a.size == b.size && a.mtime == b.mtime &&
           a.changed == b.changed;
}

Result<FileEntry> look_at(int folder, const char* name) {
    struct statx info{};
    const int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (*name ? 0 : AT_EMPTY_PATH);
    if (::statx(folder, name, flags, STATX_BASIC_STATS | STATX_BTIME, &info) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return FileEntry{};
        return cannot_look(name, errno);
    }
    return FileEntry{.kind = kind_of(info.stx_mode),
                     .inode = info.stx_ino,
                     .born = info.stx_mask & STATX_BTIME ? to_time(info.stx_btime) : FileTime{},
                     .size = int64_t(info.stx_size),
                     .mtime = to_time(info.stx_mtime),
                     .changed = to_time(info.stx_ctime),
                     .mode = info.stx_mode & 07777u,
                     .hash = {}};
}

Result<FileSnapshot> take_snapshot(const std::string& path) {
    FileSnapshot snapshot;
    SLOTH_TRY(snapshot.self, look_at(AT_FDCWD, path.c_str()));
    if (snapshot.self.kind == FileKind::folder) SLOTH_TRY_VOID(read_entries(path, snapshot));
    return snapshot;
}

std::string find_by_identity(const std::string& folder, const FileEntry& entry) {
    const Dir dir = open_folder(folder, /*follow=*/true);
    while (dir) {
        const dirent* found = ::readdir(dir.get());
        if (!found) break;
        if (found->d_ino != entry.inode || is_dots(found->d_name)) continue;
        const auto now = look_at(::dirfd(dir.get()), found->d_name);
        if (now && same_file(*now, entry)) return found->d_name;
    }
    return {};
}

}  // namespace sloth
