#include "files/place.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <filesystem>

namespace sloth::files {
namespace {

constexpr int kMaxLinks = 40;   // as many as the kernel follows
constexpr int kMaxRaces = 100;  // a walk that met a rename is begun again so many times

// Without doubled slashes, "." and a slash at the end. ".." stays: what it means, links decide.
std::string absolute(std::string_view base, std::string_view path) {
    std::string whole = path.starts_with('/') ? "" : std::string(base) + "/";
    whole += path;
    std::string out;
    for (size_t at = 0; at < whole.size();) {
        const size_t end = std::min(whole.find('/', at), whole.size());
        const std::string_view part(whole.data() + at, end - at);
        if (!part.empty() && part != ".") out.append("/").append(part);
        at = end + 1;
    }
    return out.empty() ? "/" : out;
}

struct Split {
    std::string parent;
    std::string name;
};

Split split(const std::string& path) {
    const size_t slash = path.rfind('/');
    std::string name = path.substr(slash + 1);
    if (name.empty() || name == "..") return {path, "."};
    return {slash == 0 ? "/" : path.substr(0, slash), std::move(name)};
}

// What is left of `path` below `root`, without a slash in front; nothing if it is elsewhere.
std::optional<std::string_view> rest_below(std::string_view path, std::string_view root) {
    if (root == "/") return path.substr(1);
    if (!path.starts_with(root)) return std::nullopt;
    path.remove_prefix(root.size());
    if (path.empty()) return path;
    if (path[0] != '/') return std::nullopt;
    return path.substr(1);
}

std::optional<std::string> read_link(int folder, const char* name) {
    char target[PATH_MAX];
    const ssize_t size = ::readlinkat(folder, name, target, sizeof target);
    if (size <= 0) return std::nullopt;
    return std::string(target, static_cast<size_t>(size));
}

Fd open_below(int root, std::string_view rest, uint64_t flags) {
    const std::string path(rest.empty() ? "." : rest);
    open_how how{};
    how.flags = flags | O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    for (int races = 0;; ++races) {
        const auto fd =
            static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
        if (fd >= 0 || errno != EAGAIN || races == kMaxRaces) return Fd(fd);
    }
}

// The path with its first symbolic link replaced by where that leads: what leaves one root this way
// may arrive in another, or in the same one by an absolute link. Nothing: it leaves by "..".
std::optional<std::string> expand_link(int root_fd, std::string_view root, std::string_view rest) {
    for (size_t end = 0; end < rest.size(); ++end) {
        end = std::min(rest.find('/', end), rest.size());
        const Fd step = open_below(root_fd, rest.substr(0, end), O_NOFOLLOW);
        if (!step) return std::nullopt;
        struct stat info{};
        if (::fstat(step.get(), &info) != 0 || !S_ISLNK(info.st_mode)) continue;
        const auto target = read_link(step.get(), "");
        if (!target) return std::nullopt;
        // No link comes before this one, so ".." means here what it says.
        const std::filesystem::path above =
            std::filesystem::path(root) / std::filesystem::path(rest.substr(0, end)).parent_path();
        return (above / *target).lexically_normal().string() + std::string(rest.substr(end));
    }
    return std::nullopt;
}

struct Step {
    std::optional<std::string> elsewhere;  // the walk goes on with this path
};

class Walk {
 public:
    Walk(const Roots& roots, Place& place, std::string path)
        : roots_(roots), place_(place), path_(std::move(path)) {}

    Result<void> run(Last last) {
        for (int links = 0; links < kMaxLinks; ++links) {
            Split parts = split(path_);
            SLOTH_TRY(Step step, roots_.paths ? open_limited(parts) : open_free(parts));
            if (!step.elsewhere && last == Last::follow) {
                if (auto target = read_link(place_.folder.get(), place_.name.c_str())) {
                    step.elsewhere = absolute(parts.parent, *target);
                }
            }
            if (!step.elsewhere) return {};
            path_ = std::move(*step.elsewhere);
        }
        return place_.error(ELOOP);
    }

 private:
    Result<Step> open_free(Split& parts) {
        place_.name = std::move(parts.name);
        place_.folder = Fd(::open(parts.parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!place_.folder) return place_.error(errno);
        return Step{};
    }

    Result<Step> open_limited(Split& parts) {
        const std::optional<std::string> root = root_of(path_);
        if (!root) return outside();
        Fd root_fd(::open(root->c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        const std::string_view rest = *rest_below(path_, *root);
        if (!root_fd) {
            if (!rest.empty() || (errno != ENOENT && errno != ENOTDIR)) return place_.error(errno);
            return open_free(parts);  // a root that is no folder: itself and nothing beside it
        }
        if (rest.empty()) {
            place_.folder = std::move(root_fd);
            place_.name = ".";
            return Step{};
        }
        const bool whole = parts.name == ".";
        const size_t slash = rest.rfind('/');
        const size_t size = whole ? rest.size() : slash == std::string_view::npos ? 0 : slash;
        place_.name = std::move(parts.name);
        place_.folder = open_below(root_fd.get(), rest.substr(0, size), O_DIRECTORY);
        if (place_.folder) return Step{};
        if (errno == ENOSYS) return no_openat2();
        if (errno != EXDEV) return place_.error(errno);
        Step step{expand_link(root_fd.get(), *root, rest)};
        if (!step.elsewhere) return outside();
        return step;
    }

    // The widest, so that a link from one root into another that holds it is inside.
    std::optional<std::string> root_of(std::string_view path) const {
        std::optional<std::string> found;
        for (const std::string& listed : *roots_.paths) {
            std::string root = absolute("/", listed);
            if (rest_below(path, root) && (!found || root.size() < found->size())) {
                found = std::move(root);
            }
        }
        return found;
    }

    std::unexpected<Error> outside() const {
        std::string where;
        for (const std::string& root : *roots_.paths) {
            where += (where.empty() ? "" : ", ") + root;
        }
        const std::string way =
            path_ == place_.path ? "it is" : fmt::format("it leads to '{}', which is", path_);
        return place_.error(Code::refused, fmt::format("{} outside the files of this hook: {}", way,
                                                       where.empty() ? "there are none" : where));
    }

    std::unexpected<Error> no_openat2() const {
        return place_.error(Code::failed,
                            "this kernel cannot keep a hook inside its folders (it has no openat2; "
                            "Linux has it since 5.6)");
    }

    const Roots& roots_;
    Place& place_;
    std::string path_;
};

}  // namespace

std::unexpected<Error> Place::error(int number, std::string_view what) const {
    const Code code = number == ENOENT || number == ENOTDIR  ? Code::not_found
                      : number == EEXIST                     ? Code::conflict
                      : number == ENOSPC || number == EDQUOT ? Code::exhausted
                                                             : Code::failed;
    if (what.empty()) return error(code, errno_text(number));
    return error(code, fmt::format("{}: {}", what, errno_text(number)));
}

std::unexpected<Error> Place::error(Code code, std::string_view why) const {
    return fail(code, "{} '{}': {}", doing, path, why);
}

Result<std::optional<struct stat>> Place::status() const {
    struct stat info{};
    if (::fstatat(folder.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) return info;
    if (errno == ENOENT) return std::nullopt;
    return error(errno);
}

Result<Place> find_place(const Roots& roots, std::string_view path, Last last,
                         std::string_view doing) {
    Place place;
    place.doing = doing;
    place.path = absolute(roots.base, path);
    if (path.empty()) return fail(Code::invalid, "{} '': the path is empty", doing);
    if (path.find('\0') != std::string_view::npos)
        return fail(Code::invalid, "{}: the path holds a zero byte", doing);
    SLOTH_TRY_VOID(Walk(roots, place, place.path).run(last));
    return place;
}

Result<Fd> open_regular(const Place& place, Access access) {
    SLOTH_TRY(const std::optional<struct stat> before, place.status());
    if (!before) return place.error(ENOENT);
    if (S_ISDIR(before->st_mode)) return place.error(EISDIR);
    if (!S_ISREG(before->st_mode)) return place.error(Code::failed, "not a regular file");
    const int mode = access == Access::read    ? O_RDONLY
                     : access == Access::write ? O_RDWR
                                               : O_RDWR | O_APPEND;
    Fd fd(::openat(place.folder.get(), place.name.c_str(),
                   mode | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!fd) return place.error(errno);
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0) return place.error(errno);
    if (!S_ISREG(info.st_mode)) return place.error(Code::failed, "not a regular file");
    return fd;
}

Result<Fd> open_folder(const Place& place) {
    Fd fd(::openat(place.folder.get(), place.name.c_str(),
                   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return place.error(errno);
    return fd;
}

}  // namespace sloth::files
