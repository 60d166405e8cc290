// Reads the lines of a log from where it stood, however the log is rotated: by a new file under its
// name, by cutting it off, or by copying and cutting. Blocking only as the disk does; one thread.
#pragma once

#include <functional>
#include <string>

#include "base/file.h"
#include "watch/file_entry.h"

namespace sloth {

// Where reading goes on, in which file. A value that survives a restart.
struct LogPosition {
    FileEntry file;       // its identity; absent: there was no file
    uint64_t offset = 0;  // the beginning of a line
    std::string head;     // a hash of what the file began with: cut and written anew, it differs
    uint64_t head_size = 0;
    bool skipping = false;  // the rest of a line that is too long

    bool operator==(const LogPosition&) const = default;
};

std::string to_json(const LogPosition& position);
Result<LogPosition> parse_log_position(std::string_view json);

class LogReader {
 public:
    struct Options {
        size_t chunk = 256 << 10;     // read at once
        size_t max_line = 64 << 10;   // of a longer one only the beginning is looked at
        size_t chunks_per_step = 16;  // so that others get their turn
    };
    struct Line {
        std::string_view text;
        uint64_t offset = 0;
    };
    // False: enough for now.
    using Take = std::function<bool(const Line&)>;

    LogReader(std::string path, Options options) : path_(std::move(path)), options_(options) {}

    // The end of the log as it is now: what was written before is nobody's business.
    Result<LogPosition> end();

    struct Step {
        LogPosition position;
        bool more = false;  // there is more to read
        std::string gap;    // why lines may have been missed
    };
    // The lines behind `from`, in order.
    Result<Step> read(const LogPosition& from, const Take& take);

 private:
    Result<void> open_at(LogPosition& position, std::string& gap);
    Result<bool> next_file(LogPosition& position);
    Result<bool> read_chunk(LogPosition& position, const Take& take);
    Result<void> check_head(LogPosition& position, std::string& gap);
    void remember_head(LogPosition& position);

    const std::string path_;
    const Options options_;
    Fd fd_;           // of file_
    FileEntry file_;  // the identity of what is open
};

}  // namespace sloth
