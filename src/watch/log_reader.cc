#include "watch/log_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "base/json.h"
#include "base/sha256.h"
#include "watch/regular_file.h"

namespace sloth {
namespace {

constexpr uint64_t kHead = 256;  // bytes of a file's beginning that tell it from others

bool same_identity(const FileEntry& a, const FileEntry& b) {
    return a.kind == b.kind && a.inode == b.inode && a.born == b.born;
}

}  // namespace

std::string to_json(const LogPosition& position) {
    return dump_json(Json{{"inode", position.file.inode},
                          {"born", position.file.born.time_since_epoch().count()},
                          {"exists", position.file.kind == FileKind::regular},
                          {"offset", position.offset},
                          {"head", position.head},
                          {"head_size", position.head_size},
                          {"skipping", position.skipping}});
}

Result<LogPosition> parse_log_position(std::string_view text) {
    SLOTH_TRY(const Json json, parse_json(text));
    try {
        LogPosition position;
        position.file.kind = json.at("exists").get<bool>() ? FileKind::regular : FileKind::absent;
        position.file.inode = json.at("inode");
        position.file.born = FileTime(std::chrono::nanoseconds(json.at("born").get<int64_t>()));
        position.offset = json.at("offset");
        position.head = json.at("head");
        position.head_size = json.at("head_size");
        position.skipping = json.at("skipping");
        return position;
    } catch (const Json::exception&) {
        return fail(Code::invalid, "the stored position is damaged");
    }
}

Result<LogPosition> LogReader::end() {
    LogPosition position;
    fd_.reset();
    SLOTH_TRY(const bool exists, next_file(position));
    if (!exists) return position;
    position.offset = uint64_t(file_.size);
    // A line that is half written now will be whole, but its beginning is from before.
    char last = '\n';
    if (position.offset > 0) (void)!::pread(fd_.get(), &last, 1, off_t(position.offset - 1));
    position.skipping = last != '\n';
    remember_head(position);
    return position;
}

Result<LogReader::Step> LogReader::read(const LogPosition& from, const Take& take) {
    Step step{.position = from, .more = false, .gap = {}};
    SLOTH_TRY_VOID(open_at(step.position, step.gap));
    if (!fd_) return step;
    SLOTH_TRY_VOID(check_head(step.position, step.gap));
    for (size_t chunk = 0; chunk < options_.chunks_per_step; ++chunk) {
        const uint64_t before = step.position.offset;
        SLOTH_TRY(const bool enough, read_chunk(step.position, take));
        remember_head(step.position);
        if (enough) {
            step.more = true;
            return step;
        }
        if (step.position.offset > before) continue;
        // At its end. Is it still the log? A new one that is empty is not written to yet, and
        // whoever writes may not have noticed that the old one was moved.
        SLOTH_TRY(const FileEntry now, look_at(AT_FDCWD, path_.c_str(), Links::followed));
        if (now.kind != FileKind::regular || same_identity(now, file_) || now.size == 0) {
            return step;
        }
        SLOTH_TRY(const bool opened, next_file(step.position));
        if (!opened) return step;
    }
    step.more = true;
    return step;
}

// Opens what `position` is in: the log, or what it is called since it was rotated.
Result<void> LogReader::open_at(LogPosition& position, std::string& gap) {
    if (fd_ && same_identity(file_, position.file)) return {};
    fd_.reset();
    if (position.file.kind == FileKind::absent) {
        SLOTH_TRY(const bool opened, next_file(position));
        (void)opened;
        return {};
    }
    SLOTH_TRY(const FileEntry now, look_at(AT_FDCWD, path_.c_str(), Links::followed));
    std::string path = path_;
    if (!same_identity(now, position.file)) {
        const std::string folder = parent_of(path_);
        const std::string name = find_by_identity(folder, position.file, same_identity);
        if (name.empty()) {
            if (now.kind != FileKind::regular)
                return {};  // it is gone, and nothing is in its place
            gap = "the log was rotated away before its end was read";
            SLOTH_TRY(const bool opened, next_file(position));
            (void)opened;
            return {};
        }
        path = folder + '/' + name;
    }
    SLOTH_TRY(fd_, open_regular(path, Links::followed));
    SLOTH_TRY(file_, look_at(fd_.get(), ""));
    position.file = file_;
    return {};
}

// Goes on with the beginning of what has the log's name now. False if that is nothing.
Result<bool> LogReader::next_file(LogPosition& position) {
    SLOTH_TRY(const FileEntry now, look_at(AT_FDCWD, path_.c_str(), Links::followed));
    if (now.kind == FileKind::absent || now.kind == FileKind::symlink) return false;
    auto opened = open_regular(path_, Links::followed);
    if (!opened) return fail_with(std::move(opened.error()));
    fd_ = std::move(*opened);
    SLOTH_TRY(file_, look_at(fd_.get(), ""));
    position = LogPosition{};
    position.file = file_;
    return true;
}

// A file that became shorter, or begins otherwise, was cut off and written anew.
Result<void> LogReader::check_head(LogPosition& position, std::string& gap) {
    SLOTH_TRY(const FileEntry now, look_at(fd_.get(), ""));
    bool cut = uint64_t(now.size) < position.offset;
    if (!cut && position.head_size > 0) {
        std::string head(position.head_size, '\0');
        const ssize_t got = ::pread(fd_.get(), head.data(), head.size(), 0);
        cut = got != ssize_t(head.size()) || sha256_hex(head) != position.head;
    }
    if (!cut) return {};
    gap = "the log was cut off: what was written just before may be lost";
    position.offset = 0;
    position.skipping = false;
    position.head.clear();
    position.head_size = 0;
    return {};
}

void LogReader::remember_head(LogPosition& position) {
    const uint64_t size = std::min(position.offset, kHead);
    if (size == position.head_size) return;
    std::string head(size, '\0');
    if (::pread(fd_.get(), head.data(), head.size(), 0) != ssize_t(size)) return;
    position.head = sha256_hex(head);
    position.head_size = size;
}

// Takes whole lines; true if the taker has enough.
Result<bool> LogReader::read_chunk(LogPosition& position, const Take& take) {
    const auto buffer = std::make_unique_for_overwrite<char[]>(options_.chunk);
    ssize_t got = 0;
    do {
        got = ::pread(fd_.get(), buffer.get(), options_.chunk, off_t(position.offset));
    } while (got < 0 && errno == EINTR);
    if (got < 0) return fail(Code::failed, "read '{}': {}", path_, errno_text(errno));
    std::string_view rest(buffer.get(), size_t(got));
    while (!rest.empty()) {
        const size_t end = rest.find('\n');
        const bool whole = end != std::string_view::npos;
        if (!whole && rest.size() < options_.max_line) break;  // it is still being written
        const size_t length = whole ? end + 1 : rest.size();
        Line line{rest.substr(0, std::min(whole ? end : length, options_.max_line)),
                  position.offset};
        if (line.text.ends_with('\r')) line.text.remove_suffix(1);
        const bool wanted = !std::exchange(position.skipping, !whole);
        position.offset += length;
        rest.remove_prefix(length);
        if (wanted && !take(line)) return true;
    }
    return false;
}

}  // namespace sloth
