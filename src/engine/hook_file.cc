#include "engine/hook_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"

namespace sloth {
namespace {

constexpr mode_t kOthersWrite = S_IWGRP | S_IWOTH;

std::unexpected<Error> writable(const std::string& path, mode_t mode) {
    const bool everybody = (mode & S_IWOTH) != 0;
    return fail_with({Code::refused,
                      fmt::format("{} can write '{}'", everybody ? "everybody" : "its group", path),
                      fmt::format("chmod {} '{}'", everybody ? "go-w" : "g-w", path)});
}

Result<void> check_owner(const std::string& path, uid_t owner, uid_t file_owner) {
    if (owner == 0 || owner == ::geteuid() || owner == file_owner) return {};
    return fail(Code::refused, "'{}' belongs to another user (uid {})", path, owner);
}

// Every folder above `path`, up to the root.
Result<void> check_folders(const std::filesystem::path& path, uid_t file_owner) {
    for (auto folder = path.parent_path();; folder = folder.parent_path()) {
        struct stat info{};
        if (::stat(folder.c_str(), &info) != 0)
            return fail(Code::refused, "look at '{}': {}", folder.string(), errno_text(errno));
        SLOTH_TRY_VOID(check_owner(folder.string(), info.st_uid, file_owner));
        if ((info.st_mode & kOthersWrite) != 0 && (info.st_mode & S_ISVTX) == 0)
            return writable(folder.string(), info.st_mode);
        if (folder == folder.root_path()) return {};
    }
}

}  // namespace

FileMark look_at_file(const std::string& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return {};
    return {info.st_mtim.tv_sec * 1'000'000'000LL + info.st_mtim.tv_nsec,
            info.st_ctim.tv_sec * 1'000'000'000LL + info.st_ctim.tv_nsec, info.st_size,
            info.st_ino};
}

Result<void> check_writers(const std::string& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0)
        return fail(Code::refused, "look at '{}': {}", path, errno_text(errno));
    if ((info.st_mode & kOthersWrite) != 0) return writable(path, info.st_mode);
    std::error_code error;
    const auto real = std::filesystem::canonical(path, error);
    const auto place = std::filesystem::canonical(std::filesystem::path(path).parent_path(), error);
    if (error) return fail(Code::refused, "look at '{}': {}", path, error.message());
    SLOTH_TRY_VOID(check_folders(real, info.st_uid));
    // Where a symlink stands counts as well: who can replace it chooses the file.
    if (place != real.parent_path()) return check_folders(place / "link", info.st_uid);
    return {};
}

}  // namespace sloth
