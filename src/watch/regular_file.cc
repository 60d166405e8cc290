#include "watch/regular_file.h"

#include <fcntl.h>

#include <cerrno>

namespace sloth {
namespace {

std::unexpected<Error> cannot_open(const std::string& path, int error) {
    const Code code = error == ENOENT || error == ENOTDIR || error == ELOOP ? Code::not_found
                      : error == EACCES                                     ? Code::refused
                                                                            : Code::failed;
    return fail(code, "open '{}': {}", path, errno_text(error));
}

}  // namespace

Result<Fd> open_regular(const std::string& path, Links links) {
    // A path descriptor opens neither FIFO nor device; only what it shows to be a regular file is
    // then opened, by that descriptor, so that nothing can be put in its place in between.
    const int follow = links == Links::kept ? O_NOFOLLOW : 0;
    const Fd place(::open(path.c_str(), O_PATH | O_CLOEXEC | follow));
    if (!place) return cannot_open(path, errno);
    SLOTH_TRY(const FileEntry found, look_at(place.get(), ""));
    if (found.kind != FileKind::regular) {
        return fail(Code::not_found, "open '{}': not a regular file", path);
    }
    Fd fd(::open(fmt::format("/proc/self/fd/{}", place.get()).c_str(),
                 O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) return cannot_open(path, errno);
    return fd;
}

}  // namespace sloth
