#include "watch/file_compare.h"

#include <array>
#include <map>

namespace sloth {
namespace {

using Kind = FileChange::Kind;

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
    if (was && (!is || folder_swap)) changes.push_back({Kind::deleted, name, {}, before, {}});
    if (is && (!was || folder_swap)) changes.push_back({Kind::created, name, {}, {}, after});
    if (was && is && !folder_swap && content_differs(before, after)) {
        changes.push_back({Kind::modified, name, {}, before, after});
    }
}

const FileEntry& entry_of(const FileSnapshot& snapshot, const std::string& name) {
    static const FileEntry kAbsent;
    const auto it = snapshot.entries.find(name);
    return it == snapshot.entries.end() ? kAbsent : it->second;
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

}  // namespace

std::vector<FileChange> compare(const FileSnapshot& before, const FileSnapshot& after) {
    std::vector<FileChange> changes;
    compare_entry("", before.self, after.self, changes);
    for (const auto& [name, entry] : before.entries) {
        compare_entry(name, entry, entry_of(after, name), changes);
    }
    for (const auto& [name, entry] : after.entries) {
        if (!before.entries.contains(name)) compare_entry(name, {}, entry, changes);
    }
    find_renames(changes);
    return changes;
}

bool misses_any(const FileSnapshot& before, const FileSnapshot& after) {
    if (before.self.kind != FileKind::absent && after.self.kind == FileKind::absent) return true;
    for (const auto& [name, _] : before.entries) {
        if (!after.entries.contains(name)) return true;
    }
    return false;
}

std::string_view to_string(FileChange::Kind kind) {
    constexpr std::array<std::string_view, 4> kNames{"created", "modified", "deleted", "renamed"};
    return kNames[static_cast<size_t>(kind)];
}

}  // namespace sloth
