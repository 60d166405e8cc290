#include "watch/tree_watch.h"

#include <utility>

#include "watch/file_tree.h"

namespace sloth {

TreeWatch::TreeWatch(Notifier& notifier, uint64_t owner, const std::string& path,
                     Notifier::Scope scope)
    : notifier_(notifier),
      owner_(owner),
      path_(path),
      scope_(scope),
      root_(notifier, owner, path, scope) {}

TreeWatch::~TreeWatch() {
    for (const auto& [_, watch] : watches_) notifier_.remove(watch, owner_);
}

void TreeWatch::arm_folder(const std::string& folder) {
    const auto watch =
        notifier_.add(path_ == "/" ? '/' + folder : path_ + '/' + folder, scope_, owner_);
    if (!watch) {
        if (watch.error().code != Code::not_found) unaided_ = watch.error().message;
        return;
    }
    // The kernel's watch is on the folder, not on its name: one that was moved here has kept it.
    const auto known = folders_.find(*watch);
    if (known != folders_.end() && known->second != folder) watches_.erase(known->second);
    const auto before = watches_.find(folder);
    if (before != watches_.end() && before->second != *watch) {
        folders_.erase(before->second);
        notifier_.remove(before->second, owner_);
    }
    folders_[*watch] = folder;
    watches_[folder] = *watch;
}

void TreeWatch::forget(const std::string& folder) {
    const auto forget_one = [&](std::map<std::string, int>::iterator it) {
        folders_.erase(it->second);
        notifier_.remove(it->second, owner_);
        return watches_.erase(it);
    };
    if (const auto it = watches_.find(folder); it != watches_.end()) forget_one(it);
    const auto end = watches_.lower_bound(folder + '0');  // '0' follows '/'
    for (auto it = watches_.lower_bound(folder + '/'); it != end;) it = forget_one(it);
}

std::optional<std::string> TreeWatch::told(const Notice& notice) {
    const PathWatch::Told told = root_.told(notice);
    if (told == PathWatch::Told::of_target) return notice.name;
    if (told == PathWatch::Told::of_parent) return "";
    const auto it = folders_.find(notice.watch);
    if (it == folders_.end()) return {};
    std::string name = notice.name.empty() ? it->second : child_name(it->second, notice.name);
    if (notice.kind == Notice::Kind::lost) {
        watches_.erase(it->second);
        folders_.erase(it);
    }
    return name;
}

}  // namespace sloth
