// Changes of a file that depend on what is in it. Each is done under the file's lock, so that hooks
// which change the same file at the same moment lose nothing, and in one step: the file has the old
// content or the new. Symbolic links are followed, mode and owner stay. Blocking; any thread.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "files/lines.h"
#include "files/place.h"

namespace sloth::files {

// The text that is to take the place of this one; nothing if it may stay.
using TextChange = std::function<Result<std::optional<std::string>>(std::string_view)>;

// `make`: a file that is missing counts as an empty one, and its folders are made.
enum class Missing : uint8_t { fail, make };

// Whether the file was changed. Files of up to kMaxContent (content.h).
Result<bool> edit(const Roots& roots, std::string_view path, const TextChange& change,
                  Missing missing, const std::stop_token& stop);

// The line is in the file. A line that only has to be somewhere is looked for without loading the
// file, and appended: it serves as a log of any size.
Result<bool> ensure_line(const Roots& roots, std::string_view path, const LineChange& change,
                         Missing missing, const std::stop_token& stop);

}  // namespace sloth::files
