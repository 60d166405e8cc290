// What happened between two snapshots of one path. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "watch/file_snapshot.h"

namespace sloth {

struct FileChange {
    enum class Kind : uint8_t { created, modified, deleted, renamed };

    Kind kind = Kind::modified;
    std::string name;      // in the folder; "" is the watched path itself
    std::string new_name;  // renamed: the name in the same folder (for "": in the parent)
    FileEntry before;
    FileEntry after;
};

// A name whose file was replaced by another one is modified, not deleted and created; one that has
// become a folder, or was one, is both. With hashes on both sides these decide, otherwise size,
// time and identity. A file that only has another name now is renamed.
std::vector<FileChange> compare(const FileSnapshot& before, const FileSnapshot& after);

// Is there a name in `before` that `after` lacks?
bool misses_any(const FileSnapshot& before, const FileSnapshot& after);

// The canonical condition of a watcher for it: "created", "modified", "deleted", "renamed".
std::string_view to_string(FileChange::Kind kind);

}  // namespace sloth
