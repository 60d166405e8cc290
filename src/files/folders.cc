#include "files/folders.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace sloth::files {
namespace {

constexpr std::string_view kMake = "make the folder";
constexpr mode_t kNewFolder = 0777;  // less the umask

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

std::string_view parent_of(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    const size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return {};
    return slash == 0 ? "/" : path.substr(0, slash);
}

// Its parent is there.
Result<bool> make_one(const Place& place) {
    if (place.name == ".") return false;
    if (::mkdirat(place.folder.get(), place.name.c_str(), kNewFolder) == 0) return true;
    if (errno != EEXIST) return place.error(errno);
    SLOTH_TRY(const std::optional<struct stat> there, place.status());
    if (there && !S_ISDIR(there->st_mode)) return place.error(EEXIST);
    return false;
}

}  // namespace

Result<bool> make_folder(const Roots& roots, std::string_view path) {
    // From the innermost one that has its parent, outwards in.
    std::vector<std::string_view> missing{path};
    for (;;) {
        Result<Place> place = find_place(roots, missing.back(), Last::follow, kMake);
        if (place) {
            SLOTH_TRY(const bool made, make_one(*place));
            missing.pop_back();
            if (missing.empty()) return made;
            continue;
        }
        const std::string_view parent = parent_of(missing.back());
        if (place.error().code != Code::not_found || parent.empty() || parent == missing.back()) {
            return std::unexpected(place.error());
        }
        missing.push_back(parent);
    }
}

Result<void> make_parents(const Roots& roots, std::string_view path) {
    const Result<Place> place = find_place(roots, path, Last::follow, kMake);
    if (place) return {};
    const std::string_view parent = parent_of(path);
    if (place.error().code != Code::not_found || parent.empty())
        return std::unexpected(place.error());
    SLOTH_TRY_VOID(make_folder(roots, parent));
    return {};
}

Result<std::vector<std::string>> names_in(const Place& place, int folder) {
    const int own = ::fcntl(folder, F_DUPFD_CLOEXEC, 0);
    const std::unique_ptr<DIR, CloseFolder> stream(own < 0 ? nullptr : ::fdopendir(own));
    if (!stream) {
        const Fd closed(own);
        return place.error(errno);
    }
    ::rewinddir(stream.get());
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(stream.get());
        if (entry == nullptr) break;
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..") continue;
        if (names.size() == kMaxNames) {
            return place.error(
                Code::exhausted,
                fmt::format("more than {} names, the most that is listed", kMaxNames));
        }
        names.emplace_back(name);
    }
    if (errno != 0) return place.error(errno);
    return names;
}

Result<std::vector<std::string>> list(const Roots& roots, std::string_view path) {
    SLOTH_TRY(const Place place, find_place(roots, path, Last::follow, "list"));
    SLOTH_TRY(const Fd folder, open_folder(place));
    SLOTH_TRY(std::vector<std::string> names, names_in(place, folder.get()));
    std::ranges::sort(names);
    return names;
}

}  // namespace sloth::files
