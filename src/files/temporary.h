// A new file with a name of its own, for a script to use. Blocking; any thread.
#pragma once

#include <string>
#include <string_view>

#include "files/place.h"

namespace sloth::files {

// Makes an empty file that nobody else can read and gives its path: in `folder`, or, when that is
// outside the roots, in the first root that is a folder. `unique` becomes part of the name.
Result<std::string> make_temporary(const Roots& roots, std::string_view folder,
                                   std::string_view unique);

}  // namespace sloth::files
