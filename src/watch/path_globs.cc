#include "watch/path_globs.h"

#include <algorithm>

namespace sloth {
namespace {

// "[a-z]", "[!abc]": takes the set off the front of `glob`. A bracket that nothing closes stands
// for itself.
bool take_set(std::string_view& glob, char c, bool& matched) {
    const size_t close = glob.find(']', glob.size() > 1 && glob[1] == '!' ? 3 : 2);
    if (close == std::string_view::npos) return false;
    std::string_view set = glob.substr(1, close - 1);
    const bool negated = set.starts_with('!');
    if (negated) set.remove_prefix(1);
    bool found = false;
    for (size_t i = 0; i < set.size(); ++i) {
        if (i + 2 < set.size() && set[i + 1] == '-') {
            found = found || (set[i] <= c && c <= set[i + 2]);
            i += 2;
        } else {
            found = found || set[i] == c;
        }
    }
    matched = found != negated && c != '/';
    glob.remove_prefix(close + 1);
    return true;
}

bool match_one(std::string_view& glob, char c) {
    bool matched = false;
    if (glob.front() == '[' && take_set(glob, c, matched)) return matched;
    const char wanted = glob.front();
    glob.remove_prefix(1);
    return wanted == '?' ? c != '/' : wanted == c;
}

}  // namespace

bool glob_matches(std::string_view glob, std::string_view path) {
    std::string_view retry_glob;
    std::string_view retry_path;  // what the last star has not eaten yet
    bool can_retry = false;
    bool crosses = false;
    while (true) {
        if (glob.starts_with('*')) {
            crosses = glob.starts_with("**");
            glob.remove_prefix(crosses ? 2 : 1);
            // "a/**/b" is also a/b.
            if (crosses && glob.starts_with('/')) {
                if (glob_matches(glob.substr(1), path)) return true;
            }
            retry_glob = glob;
            retry_path = path;
            can_retry = true;
            continue;
        }
        if (glob.empty() && path.empty()) return true;
        if (!glob.empty() && !path.empty()) {
            std::string_view rest = glob;
            if (match_one(rest, path.front())) {
                glob = rest;
                path.remove_prefix(1);
                continue;
            }
        }
        if (!can_retry || retry_path.empty() || (!crosses && retry_path.front() == '/')) {
            return false;
        }
        retry_path.remove_prefix(1);
        glob = retry_glob;
        path = retry_path;
    }
}

bool PathGlobs::wants(std::string_view path, bool is_folder) const {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const auto matches = [&](const std::string& glob) {
        return glob_matches(glob, glob.find('/') == std::string::npos ? name : path);
    };
    if (std::ranges::any_of(exclude_, matches)) return false;
    return is_folder || include_.empty() || std::ranges::any_of(include_, matches);
}

}  // namespace sloth
