#include "files/remove.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "files/folders.h"

namespace sloth::files {
namespace {

constexpr std::string_view kRemove = "remove";
constexpr int kMaxDepth = 128;  // each level holds a descriptor

Result<void> check_removable(const Place& place) {
    if (place.name != ".") return {};
    return place.error(Code::failed, "a root, or a path that ends in \"..\", is not removed");
}

bool is_folder(const Place& place, const std::string& name) {
    struct stat info{};
    return ::fstatat(place.folder.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(info.st_mode);
}

Result<void> empty_folder(const Place& place, int depth, const std::stop_token& stop);

Result<void> remove_name(const Place& place, int depth, const std::stop_token& stop) {
    if (stop.stop_requested()) return place.error(Code::timed_out, "stopped");
    const int folder = place.folder.get();
    const char* name = place.name.c_str();
    if (!is_folder(place, place.name)) {
        if (::unlinkat(folder, name, 0) == 0 || errno == ENOENT) return {};
        return place.error(errno);
    }
    SLOTH_TRY_VOID(empty_folder(place, depth, stop));
    if (::unlinkat(folder, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return {};
    return place.error(errno);
}

Result<void> empty_folder(const Place& place, int depth, const std::stop_token& stop) {
    if (depth == kMaxDepth) {
        return place.error(Code::failed, fmt::format("nested deeper than {} folders", kMaxDepth));
    }
    Place inner{.folder = {}, .name = {}, .path = {}, .doing = place.doing};
    SLOTH_TRY(inner.folder, open_folder(place));
    SLOTH_TRY(const std::vector<std::string> names, names_in(place, inner.folder.get()));
    for (const std::string& name : names) {
        inner.name = name;
        inner.path = place.path + "/" + name;
        SLOTH_TRY_VOID(remove_name(inner, depth + 1, stop));
    }
    return {};
}

}  // namespace

Result<void> remove(const Roots& roots, std::string_view path) {
    SLOTH_TRY(const Place place, find_place(roots, path, Last::keep, kRemove));
    SLOTH_TRY_VOID(check_removable(place));
    const int flags = is_folder(place, place.name) ? AT_REMOVEDIR : 0;
    if (::unlinkat(place.folder.get(), place.name.c_str(), flags) != 0) return place.error(errno);
    return {};
}

Result<void> remove_tree_at(const Place& place, const std::stop_token& stop) {
    SLOTH_TRY_VOID(check_removable(place));
    return remove_name(place, 0, stop);
}

Result<bool> remove_tree(const Roots& roots, std::string_view path, const std::stop_token& stop) {
    const Result<Place> place = find_place(roots, path, Last::keep, kRemove);
    if (!place && place.error().code == Code::not_found) return false;
    if (!place) return std::unexpected(place.error());
    SLOTH_TRY(const std::optional<struct stat> there, place->status());
    if (!there) return false;
    SLOTH_TRY_VOID(remove_tree_at(*place, stop));
    return true;
}

}  // namespace sloth::files
