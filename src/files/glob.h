// Paths that fit a pattern with *, ? and [...], which stand for parts of one name. Names that begin
// with a dot must be asked for. Blocking; any thread.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "files/place.h"

namespace sloth::files {

// Sorted; what cannot be read or is outside the roots is left out, unless it is where the pattern
// begins. Code::exhausted beyond kMaxNames (folders.h).
Result<std::vector<std::string>> glob(const Roots& roots, std::string_view pattern,
                                      const std::stop_token& stop);

}  // namespace sloth::files
