// How a path looks at one moment: itself and, for a folder, its entries (one level). Values, and
// the one place that reads them from the file system. Symlinks are looked at, never followed;
// nothing is opened but folders.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace sloth {

using FileTime = std::chrono::sys_time<std::chrono::nanoseconds>;

enum class FileKind : uint8_t { absent, regular, folder, symlink, other };

struct FileEntry {
    FileKind kind = FileKind::absent;
    uint64_t inode = 0;
    FileTime born{};  // zero where the file system does not know it
    int64_t size = 0;
    FileTime mtime{};
    FileTime changed{};  // ctime: moves with every change, cannot be set back
    uint32_t mode = 0;
    std::string hash;  // SHA-256 in hex; "" if not taken

    bool operator==(const FileEntry&) const = default;
};

struct FileSnapshot {
    FileEntry self;
    std::map<std::string, FileEntry> entries;

    bool operator==(const FileSnapshot&) const = default;
};

// A folder with more entries is refused: it could not be stored with every change in it.
constexpr size_t kMaxFolderEntries = 50'000;

// The same file under another name, or still itself? Inode numbers are used again at once, so the
// time of birth decides; where there is none, size and time must not have changed either.
bool same_file(const FileEntry& a, const FileEntry& b);
// Nothing about the file has changed, as far as its metadata tells.
bool same_state(const FileEntry& a, const FileEntry& b);

// `name` below the open folder `folder`, or the descriptor itself if it is "". What is not there is
// absent, not an error.
Result<FileEntry> look_at(int folder, const char* name);
Result<FileSnapshot> take_snapshot(const std::string& path);

// The name in `folder` under which `entry` is found now; "" if there is none.
std::string find_by_identity(const std::string& folder, const FileEntry& entry);

}  // namespace sloth
