#include "watch/path_watch.h"

#include <utility>

#include "watch/file_entry.h"

namespace sloth {

PathWatch::PathWatch(Notifier& notifier, uint64_t owner, const std::string& path,
                     Notifier::Scope scope)
    : notifier_(notifier), owner_(owner), path_(path), scope_(scope) {}

PathWatch::~PathWatch() {
    if (parent_ >= 0) notifier_.remove(parent_, owner_);
    if (target_ >= 0) notifier_.remove(target_, owner_);
}

void PathWatch::arm() {
    if (path_ != "/") arm_parent();
    const auto watch = notifier_.add(path_, scope_, owner_);
    const int number = watch ? *watch : -1;
    if (target_ >= 0 && target_ != number && target_ != parent_) notifier_.remove(target_, owner_);
    target_ = number;
    const bool limited = !watch && watch.error().code != Code::not_found;
    unaided_ = limited ? watch.error().message : std::string();
}

void PathWatch::arm_parent() {
    std::string child = path_;
    int number = -1;
    while (child != "/") {
        const std::string parent = parent_of(child);
        const auto watch = notifier_.add(parent, Notifier::Scope::names, owner_);
        if (watch) {
            number = *watch;
            expected_ = name_of(child);
            break;
        }
        if (watch.error().code != Code::not_found) break;
        child = parent;
    }
    if (parent_ >= 0 && parent_ != number && parent_ != target_) notifier_.remove(parent_, owner_);
    parent_ = number;
}

PathWatch::Told PathWatch::told(const Notice& notice) {
    if (notice.watch < 0 || (notice.watch != target_ && notice.watch != parent_)) {
        return Told::nothing;
    }
    const bool of_target = notice.watch == target_;
    if (notice.kind == Notice::Kind::lost) (of_target ? target_ : parent_) = -1;
    const bool elsewhere = !of_target && !notice.name.empty() && notice.name != expected_;
    if (elsewhere && notice.kind != Notice::Kind::lost) return Told::nothing;
    return of_target ? Told::of_target : Told::of_parent;
}

}  // namespace sloth
