#include "files/edit.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "files/content.h"
#include "files/folders.h"
#include "files/lock.h"
#include "files/replacement.h"

namespace sloth::files {
namespace {

constexpr std::string_view kEdit = "edit";
constexpr size_t kPiece = 256 << 10;

Result<Place> place_of(const Roots& roots, std::string_view path, Missing missing) {
    if (missing == Missing::make) SLOTH_TRY_VOID(make_parents(roots, path));
    SLOTH_TRY(Place place, find_place(roots, path, Last::follow, kEdit));
    if (path.ends_with('/')) return place.error(EISDIR);
    return place;
}

// False: a file came up there in the meantime.
Result<bool> put(const Place& place, const std::optional<struct stat>& old, std::string_view text) {
    SLOTH_TRY(Replacement next, Replacement::begin(place, old, std::nullopt));
    SLOTH_TRY_VOID(next.add(text));
    return next.commit();
}

// Looks for a whole line; the file is read piece by piece.
class LineSearch {
 public:
    LineSearch(const Place& place, int fd, std::string_view line)
        : place_(place), fd_(fd), needle_("\n" + std::string(line) + "\n") {}

    Result<bool> run(const std::stop_token& stop) {
        std::vector<char> buffer(kPiece + needle_.size());
        buffer[0] = '\n';  // before the first line
        size_t kept = 1;
        for (off_t at = 0;;) {
            if (stop.stop_requested()) return place_.error(Code::timed_out, "stopped");
            const ssize_t got = ::pread(fd_, buffer.data() + kept, kPiece, at);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return place_.error(errno);
            size_t size = kept + static_cast<size_t>(got);
            if (got == 0 && buffer[size - 1] != '\n') buffer[size++] = '\n';
            if (::memmem(buffer.data(), size, needle_.data(), needle_.size()) != nullptr)
                return true;
            if (got == 0) return false;
            at += got;
            kept = std::min(size, needle_.size() - 1);
            ::memmove(buffer.data(), buffer.data() + size - kept, kept);
        }
    }

 private:
    const Place& place_;
    int fd_;
    std::string needle_;
};

Result<bool> ends_in_line(const Place& place, int fd) {
    struct stat info{};
    if (::fstat(fd, &info) != 0) return place.error(errno);
    if (info.st_size == 0) return true;
    char last = 0;
    if (::pread(fd, &last, 1, info.st_size - 1) < 0) return place.error(errno);
    return last == '\n';
}

// At the end, if it is nowhere. Text of several lines is always added.
Result<bool> append_line(const Place& place, int fd, std::string_view line,
                         const std::stop_token& stop) {
    if (line.find('\n') == line.npos) {
        SLOTH_TRY(const bool found, LineSearch(place, fd, line).run(stop));
        if (found) return false;
    }
    SLOTH_TRY(const bool clean, ends_in_line(place, fd));
    SLOTH_TRY_VOID(append_to(place, fd, (clean ? "" : "\n") + std::string(line) + "\n"));
    return true;
}

}  // namespace

Result<bool> edit(const Roots& roots, std::string_view path, const TextChange& change,
                  Missing missing, const std::stop_token& stop) {
    SLOTH_TRY(const Place place, place_of(roots, path, missing));
    for (;;) {
        SLOTH_TRY(const Fd locked, lock_file(place, Access::read, stop));
        if (!locked && missing == Missing::fail) return place.error(ENOENT);
        std::optional<struct stat> old;
        std::string text;
        if (locked) {
            if (::fstat(locked.get(), &old.emplace()) != 0) return place.error(errno);
            SLOTH_TRY(text, read_open(place, locked.get(), kMaxContent));
        }
        const Result<std::optional<std::string>> next = change(text);
        if (!next) return place.error(next.error().code, next.error().message);
        if (!*next) return false;
        SLOTH_TRY(const bool done, put(place, old, **next));
        if (done) return true;
    }
}

Result<bool> ensure_line(const Roots& roots, std::string_view path, const LineChange& change,
                         Missing missing, const std::stop_token& stop) {
    if (change.fits || change.after || change.before || change.first) {
        return edit(
            roots, path, [&](std::string_view text) { return with_line(text, change); }, missing,
            stop);
    }
    SLOTH_TRY(const Place place, place_of(roots, path, missing));
    const std::string_view line = without_line_end(change.line);
    for (;;) {
        SLOTH_TRY(const Fd locked, lock_file(place, Access::append, stop));
        if (locked) return append_line(place, locked.get(), line, stop);
        if (missing == Missing::fail) return place.error(ENOENT);
        SLOTH_TRY(const bool done, put(place, std::nullopt, std::string(line) + "\n"));
        if (done) return true;
    }
}

}  // namespace sloth::files
