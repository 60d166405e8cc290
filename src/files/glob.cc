#include "files/glob.h"

#include <fnmatch.h>

#include <algorithm>

#include "files/folders.h"

namespace sloth::files {
namespace {

constexpr std::string_view kFind = "find";

std::vector<std::string> components(std::string_view pattern) {
    std::vector<std::string> out;
    while (!pattern.empty()) {
        const size_t end = std::min(pattern.find('/'), pattern.size());
        if (end > 0) out.emplace_back(pattern.substr(0, end));
        pattern.remove_prefix(std::min(end + 1, pattern.size()));
    }
    return out;
}

bool is_pattern(std::string_view text) { return text.find_first_of("*?[\\") != text.npos; }

std::string join(const std::string& folder, const std::string& name) {
    if (folder.empty() || folder.ends_with('/')) return folder + name;
    return folder + "/" + name;
}

// The paths of `found` that go on with `part`. In the last place it must be there.
Result<std::vector<std::string>> grow(const Roots& roots, const std::vector<std::string>& found,
                                      const std::string& part, const std::stop_token& stop) {
    std::vector<std::string> out;
    for (const std::string& folder : found) {
        if (stop.stop_requested()) return fail(Code::timed_out, "{}: stopped", kFind);
        if (!is_pattern(part)) {
            out.push_back(join(folder, part));
            continue;
        }
        const auto names = list(roots, folder.empty() ? "." : folder);
        if (!names && found.size() == 1 && names.error().code != Code::not_found)
            return std::unexpected(names.error());
        if (!names) continue;
        for (const std::string& name : *names) {
            if (::fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) == 0)
                out.push_back(join(folder, name));
        }
        if (out.size() > kMaxNames) {
            return fail(Code::exhausted, "{}: more than {} paths fit, the most that is listed",
                        kFind, kMaxNames);
        }
    }
    return out;
}

bool is_there(const Roots& roots, const std::string& path) {
    const Result<Place> place = find_place(roots, path, Last::keep, kFind);
    if (!place) return false;
    const auto status = place->status();
    return status && status->has_value();
}

}  // namespace

Result<std::vector<std::string>> glob(const Roots& roots, std::string_view pattern,
                                      const std::stop_token& stop) {
    std::vector<std::string> found{pattern.starts_with('/') ? "/" : ""};
    for (const std::string& part : components(pattern)) {
        SLOTH_TRY(found, grow(roots, found, part, stop));
    }
    std::erase_if(found, [&](const std::string& path) { return !is_there(roots, path); });
    std::ranges::sort(found);
    return found;
}

}  // namespace sloth::files
