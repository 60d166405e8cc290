#include "watch/tree_look.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace sloth {
namespace {

std::string folder_of(const std::string& name) {
    const size_t slash = name.rfind('/');
    return slash == std::string::npos ? std::string() : name.substr(0, slash);
}

// No link on the way is followed: what is read lies where its path says.
Fd open_without_links(const std::string& path) {
    open_how how{};
    how.flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW;
    return Fd(int(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)));
}

Fd open_below(int root, const std::string& name) {
    open_how how{};
    how.flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
    return Fd(int(::syscall(SYS_openat2, root, name.c_str(), &how, sizeof how)));
}

}  // namespace

void TreeLook::add_everything() {
    whole_ = true;
    walking_ = true;
    names_.clear();
    folders_.clear();
    dir_.reset();
    met_.clear();
    delta_.clear();
    added_ = 0;
    round_ = seen_.next_round();
    names_.insert("");
}

void TreeLook::add(const std::string& name) { names_.insert(name); }

Result<bool> TreeLook::step(size_t entries) {
    while (entries > 0) {
        if (seen_.size() + added_ > FileTree::kMaxEntries) {
            return fail_with({Code::exhausted,
                              fmt::format("look at '{}': more than {} entries", options_.path,
                                          FileTree::kMaxEntries),
                              "leave some out, or watch the folders below"});
        }
        if (!names_.empty()) {
            --entries;
            const std::string name = std::move(names_.extract(names_.begin()).value());
            if (name.empty()) {
                SLOTH_TRY_VOID(look_at_root());
            } else {
                look_at_name(name);
            }
        } else if (dir_) {
            read_folder(entries);
        } else if (!folders_.empty()) {
            --entries;
            open_next_folder();
        } else {
            if (std::exchange(walking_, false)) finish_walk();
            return true;
        }
    }
    return false;
}

Result<void> TreeLook::look_at_root() {
    SLOTH_TRY(const FileEntry entry, look_at(AT_FDCWD, options_.path.c_str(), options_.links));
    const FileEntry before = seen_.at("");
    const bool same_folder = before.kind == FileKind::folder && same_file(before, entry);
    meet("", entry);
    if (entry.kind != FileKind::folder) {
        lose_below("");
    } else if (walking_ || !same_folder) {
        if (!walking_) lose_below("");
        // That it cannot be read is no reason to say that everything in it is gone.
        if (!open_folder("")) {
            const Code code = errno == EACCES ? Code::refused : Code::failed;
            return fail(code, "look at '{}': {}", options_.path, errno_text(errno));
        }
        folders_.emplace_back();
    }
    return {};
}

bool TreeLook::descends(const std::string& name) const {
    return options_.recursive || name.empty();
}

void TreeLook::look_at_name(const std::string& name) {
    const Fd folder = open_folder(folder_of(name));
    FileEntry entry;
    if (folder) {
        const auto found =
            look_at(folder.get(), name.substr(name.rfind('/') + 1).c_str(), options_.links);
        if (!found) return;
        entry = *found;
    }
    if (!options_.globs.wants(name, entry.kind == FileKind::folder)) entry = {};
    const FileEntry before = seen_.at(name);
    const bool known_folder = before.kind == FileKind::folder && same_file(before, entry);
    if (!known_folder && seen_.has(name)) lose_below(name);
    meet(name, entry);
    if (entry.kind == FileKind::folder && descends(name) && !known_folder) folders_.push_back(name);
}

Fd TreeLook::open_folder(const std::string& name) {
    if (options_.links == Links::followed) {
        const std::string path = name.empty() ? options_.path : options_.path + '/' + name;
        return Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC));
    }
    Fd root = open_without_links(options_.path);
    if (!root || name.empty()) return root;
    return open_below(root.get(), name);
}

void TreeLook::open_next_folder() {
    dir_name_ = std::move(folders_.back());
    folders_.pop_back();
    if (!dir_name_.empty()) watch_.arm_folder(dir_name_);
    Fd fd = open_folder(dir_name_);
    if (!fd) {
        if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) return;  // replaced meanwhile
        problem_ = fmt::format("the folder '{}' cannot be read: {}", dir_name_, errno_text(errno));
        keep(dir_name_);
        return;
    }
    if (options_.links == Links::followed) {
        struct stat info{};
        ::fstat(fd.get(), &info);
        if (!met_.emplace(info.st_dev, info.st_ino).second) return;  // a link to what was read
    }
    dir_.reset(::fdopendir(fd.get()));
    if (dir_) fd.release();
}

void TreeLook::read_folder(size_t& entries) {
    while (entries > 0) {
        const dirent* found = ::readdir(dir_.get());
        if (found == nullptr) {
            dir_.reset();
            return;
        }
        const std::string_view name = found->d_name;
        if (name == "." || name == "..") continue;
        --entries;
        std::string path = child_name(dir_name_, name);
        const auto entry = look_at(::dirfd(dir_.get()), found->d_name, options_.links);
        if (!entry) keep(path);
        if (!entry || entry->kind == FileKind::absent) continue;
        const bool is_folder = entry->kind == FileKind::folder;
        if (!options_.globs.wants(path, is_folder)) continue;
        meet(path, *entry);
        if (is_folder && descends(path)) folders_.push_back(std::move(path));
    }
}

// Compares one name with what was seen.
void TreeLook::meet(const std::string& name, const FileEntry& entry) {
    const auto it = seen_.nodes().find(name);
    if (it == seen_.nodes().end()) {
        const bool absent = entry.kind == FileKind::absent && !name.empty();
        if (absent) {
            added_ -= delta_.erase(name);
        } else if (delta_.insert_or_assign(name, entry).second) {
            ++added_;
        }
        return;
    }
    if (walking_) it->second.round = round_;
    FileEntry known = it->second.entry;
    known.hash.clear();
    if (known == entry) {
        delta_.erase(name);
    } else {
        delta_.insert_or_assign(name, entry);
    }
}

// What was below is gone, as far as it is not met again.
void TreeLook::lose_below(const std::string& folder) {
    const auto [first, last] = seen_.below(folder);
    for (auto it = first; it != last; ++it) delta_.insert_or_assign(it->first, FileEntry{});
    // Also what this look itself has found there before.
    const std::string begin = folder.empty() ? std::string() : folder + '/';
    const auto end = folder.empty() ? delta_.end() : delta_.lower_bound(folder + '0');
    for (auto it = delta_.upper_bound(begin); it != end;) {
        const bool only_now = !seen_.has(it->first);
        if (only_now) --added_;
        it = only_now ? delta_.erase(it) : std::next(it);
    }
    if (!folder.empty()) watch_.forget(folder);
}

// Nothing can be said of it and of what is below: it stays as it was.
void TreeLook::keep(const std::string& name) {
    if (!walking_) return;
    const auto [first, last] = seen_.below(name);
    for (auto it = first; it != last; ++it) it->second.round = round_;
    const auto it = seen_.nodes().find(name);
    if (it != seen_.nodes().end()) it->second.round = round_;
}

void TreeLook::finish_walk() {
    for (auto& [name, node] : seen_.nodes()) {
        if (node.round == round_) continue;
        delta_.insert_or_assign(name, FileEntry{});
        if (node.entry.kind == FileKind::folder) watch_.forget(name);
        node.round = round_;
    }
}

}  // namespace sloth
