// Where file operations may go: everywhere, or below a list of folders and files. A value; how it
// is kept is in place.h.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sloth::files {

struct Roots {
    std::string base = "/";  // what relative paths are relative to; absolute
    // Absolute. A folder stands for all that is in it, anything else for itself. Nothing: no
    // limits.
    std::optional<std::vector<std::string>> paths;

    static Roots everything(std::string base = "/") { return {std::move(base), std::nullopt}; }
    static Roots below(std::vector<std::string> paths, std::string base = "/") {
        return {std::move(base), std::move(paths)};
    }
};

}  // namespace sloth::files
