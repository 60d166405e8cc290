#include "files/temporary.h"

#include <fcntl.h>

#include <cerrno>

namespace sloth::files {
namespace {

constexpr mode_t kOwnerOnly = 0600;

Result<std::string> make_in(const Roots& roots, std::string_view folder, std::string_view unique) {
    const std::string path = fmt::format("{}/sloth-{}.tmp", folder, unique);
    SLOTH_TRY(const Place place, find_place(roots, path, Last::keep, "make"));
    const Fd fd(::openat(place.folder.get(), place.name.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kOwnerOnly));
    if (!fd) return place.error(errno);
    return place.path;
}

}  // namespace

Result<std::string> make_temporary(const Roots& roots, std::string_view folder,
                                   std::string_view unique) {
    Result<std::string> made = make_in(roots, folder, unique);
    if (made || made.error().code != Code::refused) return made;
    for (const std::string& root : *roots.paths) {
        Result<std::string> inside = make_in(roots, root, unique);
        if (inside) return inside;
    }
    return made;
}

}  // namespace sloth::files
