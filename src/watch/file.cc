#include "watch/file.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "watch/file_baseline.h"

namespace sloth {
namespace {

// "/var/log//app/" and "/var/log/app" are one path. `..` stays: with symlinks it is not what it
// looks like.
std::string without_extra_slashes(std::string_view path) {
    std::string out;
    for (const char c : path) {
        if (c != '/' || out.empty() || out.back() != '/') out += c;
    }
    if (out.size() > 1 && out.back() == '/') out.pop_back();
    return out;
}

constexpr size_t kOpenCost = 32 << 10;  // opening a file takes as long as hashing this much

std::string parent_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string rfc3339(FileTime time) { return format_rfc3339(std::chrono::floor<Micros>(time)); }

std::optional<FileSnapshot> read_baseline(const std::optional<std::string>& text,
                                          const std::string& path) {
    if (!text || text->empty()) return {};
    auto snapshot = parse_file_snapshot(*text, path);
    if (!snapshot) return {};
    return std::move(*snapshot);
}

bool is_there(const FileSnapshot& snapshot, const std::string& name) {
    return name.empty() ? snapshot.self.kind != FileKind::absent : snapshot.entries.contains(name);
}

}  // namespace

FileWatcher::FileWatcher(WatcherSpec spec, std::optional<std::string> baseline, Notifier& notifier,
                         Options options)
    : spec_(std::move(spec)),
      options_(std::move(options)),
      path_(without_extra_slashes(spec_.path)),
      notifier_(notifier),
      seen_(read_baseline(baseline, path_)),
      inferred_(seen_.has_value()) {}

FileWatcher::~FileWatcher() {
    if (parent_watch_ >= 0) notifier_.remove(parent_watch_, options_.owner);
    if (target_watch_ >= 0) notifier_.remove(target_watch_, options_.owner);
}

std::optional<MonoTime> FileWatcher::notice(const Notice& notice, MonoTime now) {
    using Kind = Notice::Kind;
    if (notice.kind == Kind::overflow) {
        all_touched_ = true;
        return now;
    }
    const bool of_target = notice.watch == target_watch_;
    const bool of_parent = notice.watch == parent_watch_;
    if (!of_target && !of_parent) return {};
    if (notice.kind == Kind::lost) {
        (of_target ? target_watch_ : parent_watch_) = -1;
        return now;
    }
    if (!of_target && !notice.name.empty() && notice.name != expected_name_) return {};
    touched_.insert(of_target ? notice.name : std::string());
    if (!burst_since_) burst_since_ = now;
    const bool more_may_follow = notice.kind == Kind::changed || notice.kind == Kind::appeared;
    const MonoTime due = now + (more_may_follow ? options_.quiet : options_.quiet_closed);
    return std::min(due, *burst_since_ + options_.longest);
}

// The watches are renewed before every look: what happens after the look is then noticed, also
// where a folder has been replaced by another one of the same name.
void FileWatcher::arm() {
    if (path_ != "/") arm_parent();
    const auto watch = notifier_.add(path_, Notifier::Scope::contents, options_.owner);
    const int number = watch ? *watch : -1;
    if (target_watch_ >= 0 && target_watch_ != number && target_watch_ != parent_watch_) {
        notifier_.remove(target_watch_, options_.owner);
    }
    target_watch_ = number;
    const bool limited = !watch && watch.error().code != Code::not_found;
    unaided_ = limited ? watch.error().message : std::string();
}

// The nearest folder above that exists: the rest of the path may still come into being.
void FileWatcher::arm_parent() {
    std::string child = path_;
    int number = -1;
    while (child != "/") {
        const std::string parent = parent_of(child);
        const auto watch = notifier_.add(parent, Notifier::Scope::names, options_.owner);
        if (watch) {
            number = *watch;
            expected_name_ = name_of(child);
            break;
        }
        if (watch.error().code != Code::not_found) break;
        child = parent;
    }
    if (parent_watch_ >= 0 && parent_watch_ != number && parent_watch_ != target_watch_) {
        notifier_.remove(parent_watch_, options_.owner);
    }
    parent_watch_ = number;
}

Result<Check> FileWatcher::check(MonoTime now) {
    Check check;
    if (!now_ || complete_) {
        burst_since_.reset();
        arm();
        now_.reset();
        hash_.reset();
        check.unaided = unaided_;
        SLOTH_TRY(FileSnapshot snapshot, take_snapshot(path_));
        now_ = std::move(snapshot);
        complete_ = false;
        if (const auto again = wait_for_missing(now)) {
            complete_ = true;
            check.again = again;
            now_.reset();
            return check;
        }
        unhashed_.clear();
        if (spec_.check_hash) {
            if (now_->self.kind == FileKind::regular) unhashed_.emplace_back();
            for (const auto& [name, entry] : now_->entries) {
                if (entry.kind == FileKind::regular) unhashed_.push_back(name);
            }
        }
    }
    if (!hash_some(options_.hash_bytes)) {
        check.again = now;
        return check;
    }
    complete_ = true;
    if (const auto again = wait_for_writer(now)) {
        check.again = again;
        now_.reset();
        return check;
    }
    compare_with_baseline(check);
    return check;
}

// A name that has gone may be an editor's at work: it is given a moment to come back. Nothing if
// the wait is over.
std::optional<MonoTime> FileWatcher::wait_for_missing(MonoTime now) {
    if (!seen_ || inferred_ || !misses_any(*seen_, *now_)) {
        missing_since_.reset();
        return {};
    }
    if (!missing_since_) {
        missing_since_ = now;
        return now + options_.grace;
    }
    if (now < *missing_since_ + options_.grace) return *missing_since_ + options_.grace;
    return {};
}

// A file that changes while it is read has no hash yet: better told a little later with one, unless
// it never rests. Nothing if there is nothing to wait for.
std::optional<MonoTime> FileWatcher::wait_for_writer(MonoTime now) {
    if (!std::exchange(unsettled_, false) || !seen_) {
        unsettled_since_.reset();
        return {};
    }
    if (!unsettled_since_) unsettled_since_ = now;
    if (now - *unsettled_since_ < options_.unsettled) return now + options_.quiet;
    unsettled_since_.reset();
    return {};
}

// Takes hashes until the budget is spent; true when none is missing. What has not changed since the
// last look keeps the hash that it had.
bool FileWatcher::hash_some(size_t budget) {
    while (!unhashed_.empty() && budget > 0) {
        const std::string& name = unhashed_.back();
        FileEntry& entry = name.empty() ? now_->self : now_->entries[name];
        if (!hash_) {
            if (const std::string* known = known_hash(name, entry)) {
                entry.hash = *known;
                unhashed_.pop_back();
                continue;
            }
            auto opened = FileHash::open(path_of(name), entry);
            if (!opened) {  // compared by size and time then
                unhashed_.pop_back();
                continue;
            }
            hash_ = std::make_unique<FileHash>(std::move(*opened));
        }
        const size_t piece = std::min<size_t>(budget, size_t(entry.size) + kOpenCost);
        const auto done = hash_->read(piece);
        budget -= piece;
        if (done && !*done) continue;
        if (done) entry.hash = hash_->digest();
        if (done && entry.hash.empty()) unsettled_ = true;
        hash_.reset();
        unhashed_.pop_back();
    }
    return unhashed_.empty();
}

const std::string* FileWatcher::known_hash(const std::string& name, const FileEntry& entry) const {
    if (!seen_ || !is_there(*seen_, name) || all_touched_ || touched_.contains(name))
        return nullptr;
    const FileEntry& old = name.empty() ? seen_->self : seen_->entries.at(name);
    return !old.hash.empty() && same_state(old, entry) ? &old.hash : nullptr;
}

void FileWatcher::compare_with_baseline(Check& check) {
    touched_.clear();
    all_touched_ = false;
    if (!seen_) {  // the first reading is what later ones are compared with
        check.save = Check::Save::now;
        return;
    }
    if (*seen_ == *now_) return;
    std::vector<FileChange> changes = compare(*seen_, *now_);
    find_own_rename(changes);
    for (const FileChange& change : changes) add_sightings(change, inferred_, check);
    const bool names_changed = std::ranges::any_of(
        changes, [](const FileChange& c) { return c.kind != FileChange::Kind::modified; });
    check.save = names_changed || !check.sightings.empty() ? Check::Save::now : Check::Save::later;
}

// The watched path itself has gone: is it still in its folder, under another name?
void FileWatcher::find_own_rename(std::vector<FileChange>& changes) const {
    if (changes.empty() || !changes[0].name.empty() ||
        changes[0].kind != FileChange::Kind::deleted || is_there(*now_, "")) {
        return;
    }
    const std::string name = find_by_identity(parent_of(path_), changes[0].before);
    if (name.empty()) return;
    changes[0].kind = FileChange::Kind::renamed;
    changes[0].new_name = name;
    changes.resize(1);  // a folder's entries went with it
}

bool FileWatcher::wants(FileChange::Kind kind) const {
    return std::ranges::find(spec_.conditions, to_string(kind)) != spec_.conditions.end();
}

std::string FileWatcher::path_of(const std::string& name) const {
    if (name.empty()) return path_;
    return path_ == "/" ? path_ + name : path_ + '/' + name;
}

void FileWatcher::add_sightings(const FileChange& change, bool inferred, Check& check) const {
    using Kind = FileChange::Kind;
    if (change.kind == Kind::renamed && !wants(Kind::renamed)) {
        // Who did not ask for names that move still wants to know what is gone and what is there.
        FileChange half = change;
        half.kind = Kind::deleted;
        add_sightings(half, inferred, check);
        if (change.name.empty()) return;
        const auto old = seen_->entries.find(change.new_name);
        if (old != seen_->entries.end()) return;  // told as modified
        half.kind = Kind::created;
        half.name = change.new_name;
        add_sightings(half, inferred, check);
        return;
    }
    if (!wants(change.kind)) return;
    Json data{{"path", path_of(change.name)}};
    if (change.kind == Kind::created) {
        data["size"] = change.after.size;
        data["mode"] = fmt::format("{:04o}", change.after.mode);
    } else if (change.kind == Kind::renamed) {
        const std::string target = change.name.empty() ? parent_of(path_) + '/' + change.new_name
                                                       : path_of(change.new_name);
        data["path"] = without_extra_slashes(target);
        data["old_path"] = path_of(change.name);
        data["new_path"] = without_extra_slashes(target);
    } else if (change.kind == Kind::modified) {
        data["old_size"] = change.before.size;
        data["new_size"] = change.after.size;
        data["old_mtime"] = rfc3339(change.before.mtime);
        data["new_mtime"] = rfc3339(change.after.mtime);
        if (spec_.check_hash) {
            data["old_hash"] = change.before.hash;
            data["new_hash"] = change.after.hash;
        }
    }
    data["watcher_id"] = spec_.id;
    data["agent"] = options_.agent;
    if (inferred) data["inferred"] = true;
    check.sightings.push_back({fmt::format("file.{}", to_string(change.kind)), dump_json(data)});
}

std::string FileWatcher::baseline() const {
    if (now_ && complete_) return to_json(*now_, path_);
    return seen_ ? to_json(*seen_, path_) : std::string();
}

void FileWatcher::accept() {
    if (!now_ || !complete_) return;
    seen_ = std::move(now_);
    now_.reset();
    missing_since_.reset();
    inferred_ = false;
}

}  // namespace sloth
