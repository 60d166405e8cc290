#include "storage/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "base/file.h"

namespace sloth {
namespace {

constexpr size_t kMaxBytes = 64 << 10;
constexpr mode_t kOthers = 077;

std::unexpected<Error> cannot(std::string_view what, const std::filesystem::path& path, int error) {
    return fail(error == ENOSPC ? Code::exhausted : Code::failed, "{} the key file '{}': {}", what,
                path.string(), errno_text(error));
}

Result<void> write_all(const Fd& fd, std::string_view text, const std::filesystem::path& path) {
    while (!text.empty()) {
        const ssize_t n = ::write(fd.get(), text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return cannot("write", path, errno);
        text.remove_prefix(static_cast<size_t>(n));
    }
    if (::fsync(fd.get()) != 0) return cannot("flush", path, errno);
    return {};
}

}  // namespace

Result<std::vector<SecretKey>> KeyFile::read() const {
    struct stat info{};
    if (::stat(path_.c_str(), &info) != 0) {
        if (errno == ENOENT) return std::vector<SecretKey>();
        return cannot("look at", path_, errno);
    }
    if ((info.st_mode & kOthers) != 0) {
        return fail_with(
            {Code::refused,
             fmt::format("the key file '{}' can be read or written by others", path_.string()),
             fmt::format("chmod 0400 {}", path_.string())});
    }
    SLOTH_TRY(const std::string text, read_file(path_, kMaxBytes));
    std::vector<SecretKey> keys;
    std::istringstream lines(text);
    for (std::string id, hex; lines >> id >> hex;) {
        auto key = SecretKey::from_hex(hex);
        if (!key || key->id() != id) {
            return fail_with({Code::failed,
                              fmt::format("the key file '{}' is damaged at key {}", path_.string(),
                                          keys.size() + 1),
                              "restore it from a backup: without it the secrets cannot be read"});
        }
        keys.push_back(std::move(*key));
    }
    return keys;
}

Result<void> KeyFile::write(const std::vector<SecretKey>& keys) const {
    std::string text;
    for (const SecretKey& key : keys) text += key.id() + " " + key.to_hex() + "\n";
    const std::filesystem::path folder = path_.parent_path();
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return cannot("make", folder, errno);
    const std::filesystem::path fresh = path_.string() + ".new";
    ::unlink(fresh.c_str());
    const Fd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400));
    if (!fd) return cannot("make", fresh, errno);
    SLOTH_TRY_VOID(write_all(fd, text, fresh));
    if (::rename(fresh.c_str(), path_.c_str()) != 0) return cannot("replace", path_, errno);
    const Fd directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::fsync(directory.get()) != 0) return cannot("flush", folder, errno);
    return {};
}

}  // namespace sloth
