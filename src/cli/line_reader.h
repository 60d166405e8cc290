// Lines from a descriptor as they come: whatever one read brings, never waiting for more. One
// thread.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace sloth::cli {

class LineReader {
 public:
    explicit LineReader(int fd, size_t max_line) : fd_(fd), max_line_(max_line) {}

    struct Line {
        int64_t number = 0;
        std::string text;
        bool too_long = false;  // cut: the rest of it is skipped
    };

    // The next line that is already here.
    std::optional<Line> next();

    // Reads once; blocks unless the descriptor is ready. False at the end of the input, after which
    // a last line without its end is `next`.
    Result<bool> fill();

 private:
    int fd_;
    size_t max_line_;
    std::string buffer_;
    size_t start_ = 0;    // of what was not given out yet
    size_t scanned_ = 0;  // up to here there is no line end
    int64_t number_ = 0;
    bool skipping_ = false;  // the rest of a line that was too long
    bool ended_ = false;
};

}  // namespace sloth::cli
