// The content of one file: read, replaced, appended to. Replacing is in one step (replacement.h)
// and under the file's lock (lock.h), appending is under the lock. Symbolic links are followed.
// Blocking; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "files/place.h"

namespace sloth::files {

constexpr size_t kMaxContent = 16 << 20;

// Code::exhausted if it is larger than `max_bytes`.
Result<std::string> read(const Roots& roots, std::string_view path, size_t max_bytes = kMaxContent);

struct WriteOptions {
    std::optional<mode_t> mode;  // else the old file's, or for a new one as the umask says
    bool parents = false;        // make the folders that are missing
    bool compare = false;        // leave the file alone if it has this content and mode already
};

// Whether the file was changed.
Result<bool> write(const Roots& roots, std::string_view path, std::string_view content,
                   const WriteOptions& options, const std::stop_token& stop);

// Makes the file if there is none. Not flushed to the disk: as safe as any log.
Result<void> append(const Roots& roots, std::string_view path, std::string_view content,
                    const std::stop_token& stop);

// The same for who has the file open. `append_to` writes all or nothing.
Result<std::string> read_open(const Place& place, int fd, size_t max_bytes);
Result<void> append_to(const Place& place, int fd, std::string_view content);
Result<void> write_all(const Place& place, int fd, std::string_view bytes);

}  // namespace sloth::files
