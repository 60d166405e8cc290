#include "watch/file_compare.h"

#include <algorithm>
#include <array>
#include <map>

namespace sloth {
namespace {

using Kind = FileChange::Kind;

bool attributes_differ(const FileEntry& before, const FileEntry& after) {
    // The mode of a symlink means nothing.
    const bool mode = after.kind != FileKind::symlink && before.mode != after.mode;
    return mode || before.uid != after.uid || before.gid != after.gid;
}

bool content_differs(const FileEntry& before, const FileEntry& after) {
    switch (after.kind) {
        case FileKind::folder:  // its entries are told by themselves
            return false;
        case FileKind::other:  // the time of a FIFO or a terminal moves with all that passes
                               // through
            return before.kind != after.kind || before.inode != after.inode;
        default:
            break;
    }
    if (before.kind != after.kind) return true;
    if (!before.hash.empty() && !after.hash.empty()) return before.hash != after.hash;
    return before.inode != after.inode || before.size != after.size || before.mtime != after.mtime;
}

void compare_entry(const std::string& name, const FileEntry& before, const FileEntry& after,
                   std::vector<FileChange>& changes) {
    const bool was = before.kind != FileKind::absent;
    const bool is = after.kind != FileKind::absent;
    const bool folder_swap =
        was && is && (before.kind == FileKind::folder) != (after.kind == FileKind::folder);
    if (was && (!is || folder_swap)) {
        changes.push_back({.kind = Kind::deleted, .name = name, .before = before});
    }
    if (is && (!was || folder_swap)) {
        changes.push_back({.kind = Kind::created, .name = name, .after = after});
    }
    if (was && is && !folder_swap &&
        (content_differs(before, after) || attributes_differ(before, after))) {
        changes.push_back({.kind = Kind::modified, .name = name, .before = before, .after = after});
    }
}

// Turns a deletion into a renaming where its file lives on under a name that was created, or whose
// own file it has replaced.
void find_renames(std::vector<FileChange>& changes) {
    std::multimap<uint64_t, size_t> arrivals;
    for (size_t i = 0; i < changes.size(); ++i) {
        if (changes[i].kind == Kind::created || changes[i].kind == Kind::modified) {
            arrivals.emplace(changes[i].after.inode, i);
        }
    }
    std::vector<bool> absorbed(changes.size());
    for (FileChange& gone : changes) {
        if (gone.kind != Kind::deleted || gone.name.empty()) continue;
        const auto [begin, end] = arrivals.equal_range(gone.before.inode);
        for (auto it = begin; it != end; ++it) {
            const FileChange& arrival = changes[it->second];
            if (absorbed[it->second] || arrival.name.empty() || arrival.name == gone.name ||
                !same_file(gone.before, arrival.after)) {
                continue;
            }
            gone.kind = Kind::renamed;
            gone.new_name = arrival.name;
            gone.after = arrival.after;
            gone.overwrote = arrival.kind == Kind::modified;
            if (arrival.kind == Kind::created) absorbed[it->second] = true;
            break;
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < changes.size(); ++i) {
        if (absorbed[i]) continue;
        if (kept != i) changes[kept] = std::move(changes[i]);
        ++kept;
    }
    changes.resize(kept);
}

// What lies in a renamed folder went with it. The changes are in the order of their names: a folder
// comes before its entries.
void mark_implied(std::vector<FileChange>& changes) {
    std::map<std::string, std::string> folders;  // old name to new
    for (FileChange& change : changes) {
        if (change.kind != Kind::renamed) continue;
        const size_t slash = change.name.rfind('/');
        if (slash != std::string::npos) {
            const auto moved = folders.find(change.name.substr(0, slash));
            change.implied = moved != folders.end() &&
                             moved->second + change.name.substr(slash) == change.new_name;
        }
        if (change.before.kind == FileKind::folder) folders[change.name] = change.new_name;
    }
}

}  // namespace

std::vector<FileChange> compare(const FileTree& before, const FileDelta& now) {
    std::vector<FileChange> changes;
    for (const auto& [name, entry] : now) compare_entry(name, before.at(name), entry, changes);
    find_renames(changes);
    mark_implied(changes);
    return changes;
}

std::vector<std::string_view> differences(const FileEntry& before, const FileEntry& after) {
    std::vector<std::string_view> words;
    if (before.inode != after.inode || before.kind != after.kind) words.emplace_back("file");
    if (before.size != after.size) words.emplace_back("size");
    if (before.mtime != after.mtime) words.emplace_back("mtime");
    if (before.hash != after.hash) words.emplace_back("hash");
    if (before.mode != after.mode) words.emplace_back("mode");
    if (before.uid != after.uid || before.gid != after.gid) words.emplace_back("owner");
    return words;
}

std::string_view to_string(FileChange::Kind kind) {
    constexpr std::array<std::string_view, 4> kNames{"created", "modified", "deleted", "renamed"};
    return kNames[static_cast<size_t>(kind)];
}

}  // namespace sloth
