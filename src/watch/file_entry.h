// How a path looks at one moment. A value, and the one place that reads it from the file system:
// nothing is opened for it, and a symlink is looked at, not followed, unless that is asked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sloth {

using FileTime = std::chrono::sys_time<std::chrono::nanoseconds>;

enum class FileKind : uint8_t { absent, regular, folder, symlink, other };

struct FileEntry {
    FileKind kind = FileKind::absent;
    uint32_t mode = 0;
    uint32_t uid = 0;
    uint32_t gid = 0;
    uint64_t inode = 0;
    FileTime born{};  // zero where the file system does not know it
    int64_t size = 0;
    FileTime mtime{};
    FileTime changed{};  // ctime: moves with every change, cannot be set back
    std::string hash;    // SHA-256 in hex; "" if not taken

    bool operator==(const FileEntry&) const = default;
};

// The same file under another name, or still itself? Inode numbers are used again at once, so the
// time of birth decides; where there is none, size and time must not have changed either.
bool same_file(const FileEntry& a, const FileEntry& b);
// Nothing about the file has changed, as far as its metadata tells.
bool same_state(const FileEntry& a, const FileEntry& b);

enum class Links : uint8_t { kept, followed };

// `name` below the open folder `folder`, or the descriptor itself if it is "". What is not there is
// absent, not an error. A followed link that leads nowhere is looked at itself.
Result<FileEntry> look_at(int folder, const char* name, Links links = Links::kept);

// The name in `folder` under which `entry` is found now; "" if there is none. `same` compares what
// is found with it.
std::string find_by_identity(const std::string& folder, const FileEntry& entry,
                             bool (*same)(const FileEntry&, const FileEntry&) = same_file);

// "/var/log//app/" and "/var/log/app" are one path. `..` stays: with symlinks it is not what it
// looks like.
std::string without_extra_slashes(std::string_view path);
std::string parent_of(const std::string& path);  // of an absolute path
std::string name_of(const std::string& path);

}  // namespace sloth
