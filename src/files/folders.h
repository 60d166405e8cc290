// Folders: made, with all that leads to them, and listed. Blocking; any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "files/place.h"

namespace sloth::files {

constexpr size_t kMaxNames = 100'000;  // of one list

// Whether it was missing. A link to a folder is one.
Result<bool> make_folder(const Roots& roots, std::string_view path);

// The folder that `path` is in.
Result<void> make_parents(const Roots& roots, std::string_view path);

// Names, sorted; without "." and "..". Code::exhausted beyond kMaxNames.
Result<std::vector<std::string>> list(const Roots& roots, std::string_view path);

// The same of an open folder, in no order. `place` is for messages.
Result<std::vector<std::string>> names_in(const Place& place, int folder);

}  // namespace sloth::files
