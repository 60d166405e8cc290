#include "files/unpack.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "files/archive.h"
#include "files/content.h"
#include "files/folders.h"
#include "files/staging.h"

namespace sloth::files {
namespace {

constexpr std::string_view kUnpack = "unpack";
constexpr size_t kPiece = 64 << 10;

class Unpacking {
 public:
    Unpacking(const Place& archive, int64_t archive_size, const UnpackLimits& limits,
              const std::stop_token& stop)
        : place_(archive), size_(archive_size), limits_(limits), stop_(stop) {}

    Result<void> run(Archive& archive, Staging& staging) {
        for (;;) {
            const Result<std::optional<ArchiveEntry>> entry = archive.next();
            if (!entry) return refuse(entry.error().message);
            if (!*entry) return {};
            if (++entries_ > limits_.entries) {
                return refuse(fmt::format("it has more than {} entries", limits_.entries));
            }
            SLOTH_TRY_VOID(add(**entry, archive, staging));
        }
    }

    const Unpacked& done() const { return done_; }

 private:
    std::unexpected<Error> refuse(std::string_view why) const {
        return place_.error(Code::failed, why);
    }

    Result<void> add(const ArchiveEntry& entry, Archive& archive, Staging& staging) {
        if (stop_.stop_requested()) return place_.error(Code::timed_out, "stopped");
        using enum ArchiveEntry::Kind;
        switch (entry.kind) {
            case folder:
                ++done_.folders;
                return staging.add_folder(entry);
            case symlink:
                ++done_.files;
                return staging.add_symlink(entry);
            case hardlink:
                ++done_.files;
                return staging.add_hardlink(entry);
            case file:
                ++done_.files;
                return add_file(entry, archive, staging);
            case other:
                break;
        }
        return refuse(fmt::format("'{}' in it is a device, a FIFO or a socket", entry.path));
    }

    Result<void> add_file(const ArchiveEntry& entry, Archive& archive, Staging& staging) {
        SLOTH_TRY(const Fd fd, staging.add_file(entry));
        for (;;) {
            if (stop_.stop_requested()) return place_.error(Code::timed_out, "stopped");
            const Result<size_t> got = archive.read(piece_);
            if (!got) return refuse(got.error().message);
            if (*got == 0) break;
            done_.bytes += static_cast<int64_t>(*got);
            if (done_.bytes > limits_.bytes) {
                return refuse(fmt::format("its files have more than {} bytes", limits_.bytes));
            }
            if (done_.bytes > limits_.free_bytes && done_.bytes / limits_.ratio > size_) {
                return refuse(fmt::format("its files are more than {} times as large as it is",
                                          limits_.ratio));
            }
            SLOTH_TRY_VOID(write_all(place_, fd.get(), {piece_.data(), *got}));
        }
        const timespec times[] = {{0, UTIME_OMIT}, {entry.mtime, 0}};
        if (::futimens(fd.get(), times) != 0) return place_.error(errno);
        return {};
    }

    const Place& place_;
    int64_t size_;
    const UnpackLimits& limits_;
    const std::stop_token& stop_;
    std::vector<char> piece_ = std::vector<char>(kPiece);
    int64_t entries_ = 0;
    Unpacked done_;
};

Result<Unpacked> unpack_into(const Place& source, int fd, const Place& target,
                             const UnpackLimits& limits, const std::stop_token& stop) {
    struct stat info{};
    if (::fstat(fd, &info) != 0) return source.error(errno);
    Result<Archive> archive = Archive::open(fd);
    if (!archive) {
        Error why = archive.error();
        why.message = source.error(why.code, why.message).error().message;
        return fail_with(std::move(why));
    }
    SLOTH_TRY(Staging staging, Staging::begin(target, stop));
    Unpacking unpacking(source, info.st_size, limits, stop);
    SLOTH_TRY_VOID(unpacking.run(*archive, staging));
    SLOTH_TRY_VOID(staging.move_out());
    return unpacking.done();
}

}  // namespace

Result<Unpacked> unpack(const Roots& roots, std::string_view archive, std::string_view folder,
                        const UnpackLimits& limits, const std::stop_token& stop) {
    SLOTH_TRY(const Place source, find_place(roots, archive, Last::follow, kUnpack));
    SLOTH_TRY(const Fd fd, open_regular(source, Access::read));
    SLOTH_TRY(const bool made, make_folder(roots, folder));
    SLOTH_TRY(const Place target, find_place(roots, folder, Last::follow, kUnpack));
    Result<Unpacked> done = unpack_into(source, fd.get(), target, limits, stop);
    if (!done && made) ::unlinkat(target.folder.get(), target.name.c_str(), AT_REMOVEDIR);
    return done;
}

}  // namespace sloth::files
