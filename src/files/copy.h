// One file to another place: its content (copy), or itself (move). Blocking; any thread.
#pragma once

#include <optional>
#include <stop_token>
#include <string_view>

#include "files/place.h"

namespace sloth::files {

struct CopyOptions {
    std::optional<mode_t> mode;  // else the old file's, or for a new one the source's
    bool parents = false;        // make the folders that are missing
};

struct Copied {
    bool changed = false;  // false: `to` had this content and mode already
    int64_t size = 0;
};

// A regular file; links are followed. `to` has the old content or the new at every moment.
Result<Copied> copy(const Roots& roots, std::string_view from, std::string_view to,
                    const CopyOptions& options, const std::stop_token& stop);

// A file, a link or a folder; takes the place of a file that is there. To another file system only
// regular files.
Result<void> move(const Roots& roots, std::string_view from, std::string_view to,
                  const std::stop_token& stop);

}  // namespace sloth::files
