#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace sloth {

Fd::~Fd() {
    if (fd_ >= 0) ::close(fd_);
}

std::string errno_text(int error) {
    std::string text = std::generic_category().message(error);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = char(text[0] - 'A' + 'a');
    return text;
}

Result<std::string> read_file(const std::filesystem::path& path, size_t max_bytes) {
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) {
        const Code code = errno == ENOENT || errno == ENOTDIR ? Code::not_found
                          : errno == EACCES                   ? Code::refused
                                                              : Code::failed;
        return fail(code, "read '{}': {}", path.string(), errno_text(errno));
    }
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0)
        return fail(Code::failed, "read '{}': {}", path.string(), errno_text(errno));
    if (!S_ISREG(info.st_mode))
        return fail(Code::invalid, "read '{}': not a regular file", path.string());
    std::string text;
    text.resize(size_t(info.st_size) < max_bytes ? size_t(info.st_size) + 1 : max_bytes + 1);
    size_t used = 0;
    while (used < text.size()) {
        const ssize_t got = ::read(fd.get(), text.data() + used, text.size() - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(Code::failed, "read '{}': {}", path.string(), errno_text(errno));
        if (got == 0) break;
        used += size_t(got);
        if (used == text.size() && used <= max_bytes)
            text.resize(std::min(used * 2, max_bytes + 1));
    }
    if (used > max_bytes) {
        return fail(Code::exhausted, "read '{}': larger than {} bytes", path.string(), max_bytes);
    }
    text.resize(used);
    return text;
}

}  // namespace sloth
