#include "files/staging.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "files/folders.h"
#include "files/remove.h"

namespace sloth::files {
namespace {

constexpr int kMaxLeftovers = 1000;  // of processes that were killed, with our thread's number
constexpr size_t kMaxDepth = 64;     // each level holds two descriptors while it is moved
constexpr mode_t kPermissions = 0777;
constexpr mode_t kOwner = 0700;
constexpr mode_t kNewFolder = 0777;  // less the umask

// The names on a path; "." is left out. Nothing: it is absolute, or goes up.
std::optional<std::vector<std::string>> names_of(std::string_view path) {
    std::vector<std::string> out;
    if (path.starts_with('/')) return std::nullopt;
    while (!path.empty()) {
        const size_t end = std::min(path.find('/'), path.size());
        const std::string_view name = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        if (name == "..") return std::nullopt;
        if (!name.empty() && name != ".") out.emplace_back(name);
    }
    return out;
}

// A link is on a real path of `depth` folders. It may go up as far as to the top and then down;
// once it has gone down it may have followed other links, and going up from there could end
// anywhere.
bool stays_inside(std::string_view target, size_t depth) {
    if (target.empty() || target.starts_with('/')) return false;
    while (target == ".." || target.starts_with("../")) {
        if (depth-- == 0) return false;
        target.remove_prefix(std::min<size_t>(3, target.size()));
    }
    return names_of(target).has_value();
}

Fd open_inside(int folder, const std::string& name) {
    return Fd(::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// Moves what is in `from` into `to`, or finds out whether that can be done.
class Mover {
 public:
    enum class Task : uint8_t { check, move };
    Mover(Task task, const std::stop_token& stop) : task_(task), stop_(stop) {}

    Result<void> run(const Place& place, int from, int to) {
        SLOTH_TRY(const std::vector<std::string> names, names_in(place, from));
        for (const std::string& name : names) {
            if (task_ == Task::check && stop_.stop_requested())
                return place.error(Code::timed_out, "stopped");
            SLOTH_TRY_VOID(one(place, from, to, name));
        }
        return {};
    }

 private:
    Result<void> one(const Place& place, int from, int to, const std::string& name) {
        const Place here{
            .folder = {}, .name = name, .path = place.path + "/" + name, .doing = place.doing};
        struct stat staged{};
        if (::fstatat(from, name.c_str(), &staged, AT_SYMLINK_NOFOLLOW) != 0)
            return here.error(errno);
        struct stat there{};
        const bool is_there = ::fstatat(to, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0;
        if (is_there && S_ISDIR(staged.st_mode) != S_ISDIR(there.st_mode)) {
            return here.error(Code::failed,
                              "a folder would have to take the place of a file or a link, or "
                              "the other way round");
        }
        if (is_there && S_ISDIR(staged.st_mode)) {
            const Fd inner_from = open_inside(from, name);
            const Fd inner_to = open_inside(to, name);
            if (!inner_from || !inner_to) return here.error(errno);
            return run(here, inner_from.get(), inner_to.get());
        }
        if (task_ == Task::check || ::renameat(from, name.c_str(), to, name.c_str()) == 0)
            return {};
        return here.error(errno);
    }

    Task task_;
    const std::stop_token& stop_;
};

}  // namespace

Staging::Staging(const Place& target, Place hidden, const std::stop_token& stop)
    : stop_(&stop), target_(&target), hidden_(std::move(hidden)) {}

Result<Staging> Staging::begin(const Place& target, const std::stop_token& stop) {
    Place hidden{.folder = {}, .name = {}, .path = target.path, .doing = target.doing};
    SLOTH_TRY(hidden.folder, open_folder(target));
    for (int i = 0; i < kMaxLeftovers; ++i) {
        hidden.name = fmt::format(".unpack.{}-{}.tmp", ::gettid(), i);
        if (::mkdirat(hidden.folder.get(), hidden.name.c_str(), kOwner) != 0) {
            if (errno == EEXIST) continue;
            return target.error(errno);
        }
        Staging out(target, std::move(hidden), stop);
        SLOTH_TRY(out.inside_, open_folder(out.hidden_));
        return out;
    }
    return target.error(Code::failed, "it is full of temporary folders");
}

Staging::~Staging() {
    if (!hidden_.folder) return;
    [[maybe_unused]] const Result<void> best_effort = remove_tree_at(hidden_, {});
}

// The folders on the way are made.
Result<Place> Staging::place_for(std::string_view path) {
    Place out{.folder = {},
              .name = ".",
              .path = fmt::format("{}/{}", target_->path, path),
              .doing = target_->doing};
    auto names = names_of(path);
    if (!names || path.empty()) return out.error(Code::failed, "its name leads out of the folder");
    if (names->size() > kMaxDepth)
        return out.error(Code::failed, fmt::format("nested deeper than {} folders", kMaxDepth));
    if (!names->empty()) {
        out.name = std::move(names->back());
        names->pop_back();
    }
    out.folder = Fd(::fcntl(inside_.get(), F_DUPFD_CLOEXEC, 0));
    for (const std::string& name : *names) {
        if (::mkdirat(out.folder.get(), name.c_str(), kNewFolder) != 0 && errno != EEXIST)
            return out.error(errno);
        Fd next = open_inside(out.folder.get(), name);
        if (!next)
            return out.error(Code::failed, fmt::format("'{}' in the archive is no folder", name));
        out.folder = std::move(next);
    }
    return out;
}

// An entry that comes twice is the later one.
Result<void> Staging::make_way(const Place& place) const {
    SLOTH_TRY(const std::optional<struct stat> there, place.status());
    if (!there) return {};
    if (S_ISDIR(there->st_mode)) return place.error(EISDIR);
    if (::unlinkat(place.folder.get(), place.name.c_str(), 0) != 0) return place.error(errno);
    return {};
}

Result<void> Staging::add_folder(const ArchiveEntry& entry) {
    SLOTH_TRY(const Place place, place_for(entry.path));
    const mode_t mode = (entry.mode & kPermissions) | kOwner;
    if (::mkdirat(place.folder.get(), place.name.c_str(), mode) == 0) return {};
    if (errno != EEXIST) return place.error(errno);
    SLOTH_TRY(const std::optional<struct stat> there, place.status());
    if (there && !S_ISDIR(there->st_mode)) return place.error(ENOTDIR);
    return {};
}

Result<void> Staging::add_symlink(const ArchiveEntry& entry) {
    SLOTH_TRY(const Place place, place_for(entry.path));
    if (!stays_inside(entry.target, names_of(entry.path)->size() - 1)) {
        return place.error(
            Code::failed,
            fmt::format("a link to '{}', which leads out of the folder", entry.target));
    }
    SLOTH_TRY_VOID(make_way(place));
    if (::symlinkat(entry.target.c_str(), place.folder.get(), place.name.c_str()) == 0) return {};
    return place.error(errno);
}

// Only to a file of the archive itself: a link that is linked to would mean something else here.
Result<void> Staging::add_hardlink(const ArchiveEntry& entry) {
    SLOTH_TRY(const Place place, place_for(entry.path));
    SLOTH_TRY(const Place target, place_for(entry.target));
    SLOTH_TRY(const std::optional<struct stat> there, target.status());
    if (!there || !S_ISREG(there->st_mode)) {
        return place.error(
            Code::failed,
            fmt::format("a link to '{}', which is no file before it in the archive", entry.target));
    }
    SLOTH_TRY_VOID(make_way(place));
    if (::linkat(target.folder.get(), target.name.c_str(), place.folder.get(), place.name.c_str(),
                 0) == 0)
        return {};
    return place.error(errno);
}

Result<Fd> Staging::add_file(const ArchiveEntry& entry) {
    SLOTH_TRY(const Place place, place_for(entry.path));
    SLOTH_TRY_VOID(make_way(place));
    Fd fd(::openat(place.folder.get(), place.name.c_str(),
                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                   entry.mode & kPermissions));
    if (!fd) return place.error(errno);
    return fd;
}

Result<void> Staging::move_out() {
    const int to = hidden_.folder.get();
    const Place top{.folder = {}, .name = {}, .path = target_->path, .doing = target_->doing};
    SLOTH_TRY_VOID(Mover(Mover::Task::check, *stop_).run(top, inside_.get(), to));
    return Mover(Mover::Task::move, *stop_).run(top, inside_.get(), to);
}

}  // namespace sloth::files
