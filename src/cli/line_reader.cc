#include "cli/line_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"

namespace sloth::cli {
namespace {

constexpr size_t kChunk = 256 << 10;

}  // namespace

std::optional<LineReader::Line> LineReader::next() {
    while (true) {
        const size_t end = buffer_.find('\n', std::max(start_, scanned_));
        const bool whole = end != std::string::npos;
        const size_t stop = whole ? end : buffer_.size();
        if (!whole) scanned_ = stop;
        const bool rest = !whole && ended_ && stop > start_;
        const bool long_one = !whole && !ended_ && stop - start_ > max_line_;
        if (!whole && !rest && !long_one) {
            if (skipping_) start_ = stop;
            return std::nullopt;
        }
        std::string text = buffer_.substr(start_, std::min(stop - start_, max_line_ + 1));
        start_ = whole ? end + 1 : stop;
        const bool skip = skipping_;
        skipping_ = long_one;
        if (skip) {
            skipping_ = !whole && !rest;
            continue;
        }
        if (text.ends_with('\r')) text.pop_back();
        const bool too_long = text.size() > max_line_;
        return Line{++number_, std::move(text), too_long};
    }
}

Result<bool> LineReader::fill() {
    buffer_.erase(0, start_);
    scanned_ -= std::min(scanned_, start_);
    start_ = 0;
    const size_t before = buffer_.size();
    buffer_.resize(before + kChunk);
    ssize_t count = -1;
    do {
        count = read(fd_, buffer_.data() + before, kChunk);
    } while (count < 0 && errno == EINTR);
    const int problem = errno;
    buffer_.resize(before + static_cast<size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0) {
        return fail(Code::failed, "the events cannot be read: {}", errno_text(problem));
    }
    ended_ = count == 0;
    return count > 0;
}

}  // namespace sloth::cli
