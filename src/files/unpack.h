// Unpacks an archive into a folder. What is in an archive is somebody else's word: nothing of it
// gets out of the folder, neither by its name nor by a link, nothing has more rights than a plain
// file, and its size has bounds. An archive that breaks a rule is refused whole: everything is
// unpacked into a hidden folder first and moved into place at the end. Blocking; any thread.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string_view>

#include "files/place.h"

namespace sloth::files {

struct UnpackLimits {
    int64_t bytes = int64_t{4} << 30;
    int64_t entries = 200'000;
    // Of what comes out to the size of the archive, looked at beyond `free_bytes`. Text gets 10
    // times smaller; what gets 1000 times smaller was made for it.
    int64_t ratio = 200;
    int64_t free_bytes = 64 << 20;
};

struct Unpacked {
    int64_t files = 0;  // links too
    int64_t folders = 0;
    int64_t bytes = 0;
};

// The folder is made if it is missing.
Result<Unpacked> unpack(const Roots& roots, std::string_view archive, std::string_view folder,
                        const UnpackLimits& limits, const std::stop_token& stop);

}  // namespace sloth::files
