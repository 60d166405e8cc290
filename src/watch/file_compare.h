// What happened between what was seen and what is there now. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "watch/file_tree.h"

namespace sloth {

struct FileChange {
    enum class Kind : uint8_t { created, modified, deleted, renamed };

    Kind kind = Kind::modified;
    std::string name;      // below the watched path; "" is that itself
    std::string new_name;  // renamed: below the same path (for "": in the parent)
    FileEntry before;
    FileEntry after;
    bool implied = false;    // renamed: its folder was, so this says nothing new
    bool overwrote = false;  // renamed: there was another file under the new name

    bool is_folder() const {
        return (before.kind == FileKind::absent ? after : before).kind == FileKind::folder;
    }
};

// A name whose file was replaced by another one is modified, not deleted and created; one that has
// become a folder, or was one, is both. With hashes on both sides these decide about the content,
// otherwise size, time and identity; another owner or mode is a modification, too. A file that only
// has another name now is renamed.
std::vector<FileChange> compare(const FileTree& before, const FileDelta& now);

// What differs: "size", "mtime", "hash", "mode", "owner", "file" (it is another one).
std::vector<std::string_view> differences(const FileEntry& before, const FileEntry& after);

// The canonical condition of a watcher for it: "created", "modified", "deleted", "renamed".
std::string_view to_string(FileChange::Kind kind);

}  // namespace sloth
