// What is known of a path: whether something is there, and what. Symbolic links are followed.
// Blocking; any thread.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "files/place.h"

namespace sloth::files {

// A link that leads nowhere does not exist.
Result<bool> exists(const Roots& roots, std::string_view path);

// Bytes; an error if it is no regular file.
Result<int64_t> size(const Roots& roots, std::string_view path);

struct Status {
    bool exists = false;
    std::string path;  // absolute
    int64_t size = 0;
    std::string mode;   // the permissions in octal: "644"
    int64_t mtime = 0;  // whole seconds since 1970
    uint32_t uid = 0;
    uint32_t gid = 0;
    bool is_dir = false;
    bool is_file = false;
    bool is_link = false;  // the path itself; the rest is about where it leads
    std::string checksum;  // SHA-256 in hex; empty if it was not asked for or it is no regular file
};

enum class Checksum : uint8_t { leave_out, compute };

Result<Status> status(const Roots& roots, std::string_view path, Checksum checksum,
                      const std::stop_token& stop);

}  // namespace sloth::files
