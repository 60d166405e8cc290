#include "files/status.h"

#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/sha256.h"

namespace sloth::files {
namespace {

constexpr std::string_view kLook = "look at";
constexpr size_t kPiece = 256 << 10;
constexpr mode_t kMode = 07777;

// What is at the end of the path; nothing if nothing is.
Result<std::optional<struct stat>> look(const Roots& roots, std::string_view path) {
    const Result<Place> place = find_place(roots, path, Last::follow, kLook);
    if (!place && place.error().code == Code::not_found) return std::nullopt;
    if (!place) return std::unexpected(place.error());
    return place->status();
}

Result<std::string> checksum_of(const Place& place, const std::stop_token& stop) {
    SLOTH_TRY(const Fd fd, open_regular(place, Access::read));
    Sha256 sum;
    std::vector<char> piece(kPiece);
    for (;;) {
        const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return place.error(errno);
        if (got == 0) return sum.hex();
        sum.add({piece.data(), static_cast<size_t>(got)});
        if (stop.stop_requested()) return place.error(Code::timed_out, "stopped");
    }
}

}  // namespace

Result<bool> exists(const Roots& roots, std::string_view path) {
    SLOTH_TRY(const std::optional<struct stat> info, look(roots, path));
    return info.has_value();
}

Result<int64_t> size(const Roots& roots, std::string_view path) {
    SLOTH_TRY(const Place place, find_place(roots, path, Last::follow, kLook));
    SLOTH_TRY(const std::optional<struct stat> info, place.status());
    if (!info) return place.error(ENOENT);
    if (!S_ISREG(info->st_mode)) return place.error(Code::failed, "not a regular file");
    return info->st_size;
}

Result<Status> status(const Roots& roots, std::string_view path, Checksum checksum,
                      const std::stop_token& stop) {
    Status out{.path = std::string(path)};
    const Result<Place> itself = find_place(roots, path, Last::keep, kLook);
    if (itself) {
        out.path = itself->path;
        SLOTH_TRY(const std::optional<struct stat> link, itself->status());
        out.is_link = link && S_ISLNK(link->st_mode);
    }
    SLOTH_TRY(const std::optional<struct stat> info, look(roots, path));
    if (!info) return out;
    out.exists = true;
    out.size = info->st_size;
    out.mode = fmt::format("{:o}", info->st_mode & kMode);
    out.mtime = info->st_mtim.tv_sec;
    out.uid = info->st_uid;
    out.gid = info->st_gid;
    out.is_dir = S_ISDIR(info->st_mode);
    out.is_file = S_ISREG(info->st_mode);
    if (checksum == Checksum::compute && out.is_file) {
        SLOTH_TRY(const Place place, find_place(roots, path, Last::follow, kLook));
        SLOTH_TRY(out.checksum, checksum_of(place, stop));
    }
    return out;
}

}  // namespace sloth::files
