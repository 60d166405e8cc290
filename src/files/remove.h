// What is removed: a file, a link, an empty folder, or a folder with all that is in it. Links are
// removed and never followed. Blocking; any thread.
#pragma once

#include <stop_token>
#include <string_view>

#include "files/place.h"

namespace sloth::files {

// Code::not_found if nothing is there.
Result<void> remove(const Roots& roots, std::string_view path);

// Whether something was there.
Result<bool> remove_tree(const Roots& roots, std::string_view path, const std::stop_token& stop);

// The same at a place.
Result<void> remove_tree_at(const Place& place, const std::stop_token& stop);

}  // namespace sloth::files
