#include "watch/file.h"

#include <algorithm>
#include <utility>

namespace sloth {
namespace {

constexpr size_t kOpenCost = 32 << 10;  // opening a file takes as long as hashing this much
constexpr size_t kSmallTree = 64;       // to walk it costs nothing
constexpr size_t kLargeTree = 1'000;    // not to be walked every few seconds

TreeLook::Options look_options(const WatcherSpec& spec) {
    return {.path = without_extra_slashes(spec.path),
            .recursive = spec.recursive,
            .links = spec.follow ? Links::followed : Links::kept,
            .globs = PathGlobs(spec.include, spec.exclude)};
}

bool is_there(const FileEntry& entry) { return entry.kind != FileKind::absent; }

size_t count_files(const FileTree& tree) {
    return size_t(std::ranges::count_if(tree.nodes(), [](const auto& node) {
        return !node.first.empty() && node.second.entry.kind != FileKind::folder;
    }));
}

}  // namespace

FileWatcher::FileWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
                         const WatcherContext& context, Options options)
    : options_(options),
      tree_(look_options(spec)),
      report_(spec, context, tree_.path),
      check_hash_(spec.check_hash),
      interval_(spec.interval),
      watch_(context.notifier, context.owner, tree_.path,
             spec.follow ? Notifier::Scope::followed : Notifier::Scope::contents) {
    if (!baseline || baseline->empty()) return;
    auto tree = parse_file_tree(*baseline, tree_.path);
    if (!tree) return;
    seen_ = std::move(*tree);
    known_ = inferred_ = true;
}

std::optional<MonoTime> FileWatcher::notice(const Notice& notice, MonoTime now) {
    using Kind = Notice::Kind;
    if (notice.kind == Kind::overflow) {
        everything_ = overflow_ = true;
        return std::max(now, rested_);
    }
    auto name = watch_.told(notice);
    if (!name || (!name->empty() && !tree_.globs.wants(*name, /*is_folder=*/true))) return {};
    touched_.insert(std::move(*name));
    if (!burst_since_) burst_since_ = now;
    const bool more_may_follow = notice.kind == Kind::changed || notice.kind == Kind::appeared;
    const MonoTime due = now + (more_may_follow ? options_.quiet : options_.quiet_closed);
    return std::max(std::min(due, *burst_since_ + options_.longest), rested_);
}

Result<Check> FileWatcher::check(MonoTime now) {
    Check check;
    if (!look_ || !look_->changes) {
        if (!look_) {
            const bool told = everything_ || !touched_.empty();
            const bool large = seen_.size() > kLargeTree && watch_.unaided().empty();
            const auto rest = options_.rewalk_per_entry * int64_t(seen_.size());
            if (!told && large && walked_ && now - *walked_ < rest) return check;
            begin(now);
        } else if (look_->missing_since && !look_->unhashed) {
            look_again_at_missing();
        }
        auto done = look_->walk.step(options_.entries);
        if (!done) {
            everything_ = true;
            overflow_ = look_->gap;
            look_.reset();
            return fail_with(std::move(done.error()));
        }
        check.again = *done ? wait_for_missing(now) : now;
        if (check.again) return check;
        if (!hash_some(options_.hash_bytes)) {
            check.again = now;
            return check;
        }
        check.again = wait_for_writer(now);
        if (check.again) return check;
        if (look_->walk.whole()) walked_ = now;
        find_changes();
    }
    add_slice(now, check);
    return check;
}

void FileWatcher::begin(MonoTime now) {
    watch_.arm_root();
    burst_since_.reset();
    look_ = std::make_unique<Look>(TreeLook(tree_, seen_, watch_));
    const bool due = !walked_ || now - *walked_ >= std::max<MonoTime::duration>(
                                                       interval_, options_.rewalk_per_entry *
                                                                      int64_t(seen_.size()));
    // Looking for single names costs more than walking past them.
    const bool many = touched_.size() > seen_.size() / 4;
    if (!known_ || everything_ || due || many || seen_.size() <= kSmallTree) {
        look_->walk.add_everything();
    } else {
        look_->walk.add("");
        for (const std::string& name : touched_) look_->walk.add(name);
    }
    look_->told = std::exchange(touched_, {});
    look_->told_all = look_->gap = std::exchange(overflow_, false);
    everything_ = false;
    if (seen_.size() > kLargeTree) rested_ = now + options_.rest_per_entry * int64_t(seen_.size());
}

// A name that has gone may be an editor's at work: it is given a moment to come back. Nothing if
// the wait is over.
std::optional<MonoTime> FileWatcher::wait_for_missing(MonoTime now) {
    const bool missing =
        known_ && !inferred_ && std::ranges::any_of(look_->walk.delta(), [&](const auto& changed) {
            return !is_there(changed.second) && is_there(seen_.at(changed.first));
        });
    if (!missing) {
        look_->missing_since.reset();
        return {};
    }
    if (!look_->missing_since) look_->missing_since = now;
    const MonoTime end = *look_->missing_since + options_.grace;
    return now < end ? std::optional(end) : std::nullopt;
}

void FileWatcher::look_again_at_missing() {
    for (const auto& [name, entry] : look_->walk.delta()) {
        if (!is_there(entry)) look_->walk.add(name);
    }
    for (const std::string& name : touched_) look_->walk.add(name);
    look_->told.merge(touched_);
    touched_.clear();
}

// A file that changes while it is read has no hash yet: better told a little later with one, unless
// it never rests. Nothing if there is nothing to wait for.
std::optional<MonoTime> FileWatcher::wait_for_writer(MonoTime now) {
    if (look_->unsettled.empty() || !known_) {
        look_->unsettled_since.reset();
        return {};
    }
    if (!look_->unsettled_since) look_->unsettled_since = now;
    if (now - *look_->unsettled_since >= options_.unsettled) return {};
    for (const std::string& name : look_->unsettled) {
        look_->walk.add(name);
        look_->told.insert(name);
    }
    look_->unsettled.clear();
    look_->unhashed.reset();
    return now + options_.quiet;
}

// What is otherwise than it was, and what the kernel told of although it looks the same: with the
// same times it may have another content.
void FileWatcher::find_unhashed() {
    look_->unhashed.emplace();
    for (const auto& [name, entry] : look_->walk.delta()) {
        if (entry.kind == FileKind::regular && entry.hash.empty()) look_->unhashed->push_back(name);
    }
    const auto add_known = [&](const std::string& name) {
        const FileEntry& entry = seen_.at(name);
        const bool same = entry.kind == FileKind::regular && !look_->walk.delta().contains(name);
        if (same) look_->unhashed->push_back(name);
    };
    if (look_->told_all) {
        for (const auto& [name, _] : seen_.nodes()) add_known(name);
    } else {
        for (const std::string& name : look_->told) add_known(name);
    }
}

// Takes hashes until the budget is spent; true when none is missing.
bool FileWatcher::hash_some(size_t budget) {
    if (!check_hash_) return true;
    if (!look_->unhashed) find_unhashed();
    while (!look_->unhashed->empty() && budget > 0) {
        const std::string name = look_->unhashed->back();
        const auto changed = look_->walk.delta().find(name);
        const FileEntry& entry =
            changed != look_->walk.delta().end() ? changed->second : seen_.at(name);
        if (!look_->hash) {
            auto opened = FileHash::open(path_of(name), entry, tree_.links);
            if (!opened) {  // compared by size and time then
                look_->unhashed->pop_back();
                continue;
            }
            look_->hash = std::make_unique<FileHash>(std::move(*opened));
        }
        const size_t piece = std::min<size_t>(budget, size_t(entry.size) + kOpenCost);
        const auto done = look_->hash->read(piece);
        budget -= piece;
        if (done && !*done) continue;
        if (done) put_hash(name, look_->hash->digest());
        look_->hash.reset();
        look_->unhashed->pop_back();
        look_->told.erase(name);
    }
    return look_->unhashed->empty();
}

void FileWatcher::put_hash(const std::string& name, std::string hash) {
    if (hash.empty()) {
        look_->unsettled.insert(name);
        return;
    }
    const auto changed = look_->walk.delta().find(name);
    if (changed != look_->walk.delta().end()) {
        changed->second.hash = std::move(hash);
    } else if (FileEntry entry = seen_.at(name); entry.hash != hash) {
        entry.hash = std::move(hash);
        look_->walk.delta().emplace(name, std::move(entry));
    }
}

void FileWatcher::find_changes() {
    look_->changes.emplace();
    if (!known_) return;  // the first look is what later ones are compared with
    look_->changes = compare(seen_, look_->walk.delta());
    find_own_rename();
}

// The watched path itself has gone: is it still in its folder, under another name?
void FileWatcher::find_own_rename() {
    if (look_->changes->empty()) return;
    FileChange& first = look_->changes->front();
    if (!first.name.empty() || first.kind != FileChange::Kind::deleted) return;
    if (is_there(look_->walk.delta().at(""))) return;
    const std::string name = find_by_identity(parent_of(tree_.path), first.before);
    if (name.empty()) return;
    first.kind = FileChange::Kind::renamed;
    first.new_name = name;
    look_->changes->resize(1);  // a folder's entries went with it
}

// The next changes as sightings, and what they make of what was seen. Until they are accepted the
// same ones come again.
void FileWatcher::add_slice(MonoTime now, Check& check) {
    look_->pending.clear();
    look_->reported = look_->accepted;
    if (look_->gap && look_->accepted == 0)
        check.gap = "the kernel's queue of file changes overflowed";
    if (report_.as_a_whole()) {
        report_.add_all(*look_->changes, count_files(seen_), inferred_, check.sightings);
        look_->reported = look_->changes->size();
    }
    bool names_changed = !known_;
    const FileDelta& delta = look_->walk.delta();
    for (; look_->reported < look_->changes->size() && check.sightings.size() < options_.sightings;
         ++look_->reported) {
        const FileChange& change = (*look_->changes)[look_->reported];
        names_changed = names_changed || change.kind != FileChange::Kind::modified;
        report_.add(change, inferred_, check.sightings);
        for (const std::string* name : {&change.name, &change.new_name}) {
            if (const auto it = delta.find(*name); it != delta.end()) look_->pending.insert(*it);
        }
    }
    const bool last = look_->reported == look_->changes->size();
    if (last) look_->pending = delta;
    check.unaided = watch_.unaided().empty() ? look_->walk.problem() : watch_.unaided();
    const bool at_once = names_changed || !check.sightings.empty() || !check.gap.empty();
    check.save = at_once                  ? Check::Save::now
                 : look_->pending.empty() ? Check::Save::no
                                          : Check::Save::later;
    const bool more = !touched_.empty() || everything_;
    if (!last) check.again = now;
    if (last && more) check.again = std::max(now, rested_);
    if (check.save == Check::Save::no) look_.reset();  // nothing that could be accepted
}

std::string FileWatcher::path_of(const std::string& name) const {
    if (name.empty()) return tree_.path;
    return tree_.path == "/" ? '/' + name : tree_.path + '/' + name;
}

std::string FileWatcher::baseline() const {
    const bool looked = look_ && look_->changes;
    if (!known_ && !looked) return {};
    return to_json(seen_, looked ? look_->pending : FileDelta(), tree_.path);
}

void FileWatcher::accept() {
    if (!look_ || !look_->changes) return;
    seen_.apply(look_->pending);
    look_->accepted = look_->reported;
    look_->pending.clear();
    if (look_->accepted < look_->changes->size()) return;
    known_ = true;
    inferred_ = false;
    look_.reset();
}

}  // namespace sloth
