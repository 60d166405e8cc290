// Which entries of a folder are watched: globs of paths relative to it. A glob without a slash is
// about names, wherever they are; one with a slash is about the whole relative path. `*` and `?`
// stop at slashes, `**` does not, `[a-z]` is a set. A value; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sloth {

bool glob_matches(std::string_view glob, std::string_view path);

class PathGlobs {
 public:
    // Nothing to include is everything.
    PathGlobs(std::vector<std::string> include, std::vector<std::string> exclude)
        : include_(std::move(include)), exclude_(std::move(exclude)) {}

    // `path` is relative, without a slash at either end. What is excluded is not even looked into.
    bool wants(std::string_view path, bool is_folder) const;

 private:
    std::vector<std::string> include_;
    std::vector<std::string> exclude_;
};

}  // namespace sloth
