#include "watch/file_entry.h"

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

FileTime to_time(const statx_timestamp& t) {
    return FileTime(std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

FileKind kind_of(uint32_t mode) {
    if (S_ISREG(mode)) return FileKind::regular;
    if (S_ISDIR(mode)) return FileKind::folder;
    return S_ISLNK(mode) ? FileKind::symlink : FileKind::other;
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

Result<FileEntry> look_at(int folder, const char* name, Links links) {
    struct statx info{};
    const bool follow = links == Links::followed;
    const int flags =
        (follow ? 0 : AT_SYMLINK_NOFOLLOW) | AT_NO_AUTOMOUNT | (*name ? 0 : AT_EMPTY_PATH);
    if (::statx(folder, name, flags, STATX_BASIC_STATS | STATX_BTIME, &info) != 0) {
        const int error = errno;
        const bool nowhere = error == ENOENT || error == ENOTDIR || error == ELOOP;
        if (nowhere && follow) return look_at(folder, name, Links::kept);
        if (error == ENOENT || error == ENOTDIR) return FileEntry{};
        const Code code = error == EACCES || error == EPERM ? Code::refused : Code::failed;
        return fail(code, "look at '{}': {}", name, errno_text(error));
    }
    return FileEntry{.kind = kind_of(info.stx_mode),
                     .mode = info.stx_mode & 07777u,
                     .uid = info.stx_uid,
                     .gid = info.stx_gid,
                     .inode = info.stx_ino,
                     .born = info.stx_mask & STATX_BTIME ? to_time(info.stx_btime) : FileTime{},
                     .size = int64_t(info.stx_size),
                     .mtime = to_time(info.stx_mtime),
                     .changed = to_time(info.stx_ctime),
                     .hash = {}};
}

std::string find_by_identity(const std::string& folder, const FileEntry& entry,
                             bool (*same)(const FileEntry&, const FileEntry&)) {
    const std::unique_ptr<DIR, CloseDir> dir(::opendir(folder.c_str()));
    while (dir) {
        const dirent* found = ::readdir(dir.get());
        if (!found) break;
        const std::string_view name = found->d_name;
        if (found->d_ino != entry.inode || name == "." || name == "..") continue;
        const auto now = look_at(::dirfd(dir.get()), found->d_name);
        if (now && same(*now, entry)) return found->d_name;
    }
    return {};
}

std::string without_extra_slashes(std::string_view path) {
    std::string out;
    for (const char c : path) {
        if (c != '/' || out.empty() || out.back() != '/') out += c;
    }
    if (out.size() > 1 && out.back() == '/') out.pop_back();
    return out;
}

std::string parent_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace sloth
