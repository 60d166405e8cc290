// The file on disk behind a hook: whether it changed, what it holds, and whether anybody could have
// changed it who should not. Blocking; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace sloth {

// How the file looked when somebody last looked into it; all zero and -1 if it is not there.
struct FileMark {
    int64_t mtime_ns = -1;
    int64_t ctime_ns = -1;
    int64_t size = -1;
    uint64_t inode = 0;

    bool operator==(const FileMark&) const = default;
};

FileMark look_at_file(const std::string& path);

// Code::refused, saying who else can write the file or put another one in its place: whoever edits
// a hook runs commands as the service. Its owner, root and the service's own user may; a folder
// that others can write is taken only with the sticky bit.
Result<void> check_writers(const std::string& path);

}  // namespace sloth
