#include "domain/visible_environment.h"

#include <algorithm>
#include <array>

namespace sloth {
namespace {

// Parts of names, in capitals.
constexpr std::array<std::string_view, 12> kSecretWords{
    "API_KEY", "APIKEY",     "AUTH",     "COOKIE",  "CREDENTIAL", "KEY",
    "PASSWD",  "PASSPHRASE", "PASSWORD", "PRIVATE", "SECRET",     "TOKEN"};

bool matches_glob(std::string_view pattern, std::string_view name) {
    const size_t star = pattern.find('*');
    if (star == std::string_view::npos) return pattern == name;
    if (!name.starts_with(pattern.substr(0, star))) return false;
    const std::string_view rest = pattern.substr(star + 1);
    for (size_t at = star; at <= name.size(); ++at) {
        if (matches_glob(rest, name.substr(at))) return true;
    }
    return false;
}

}  // namespace

bool looks_like_secret(std::string_view name, std::string_view value) {
    std::string capitals(name);
    for (char& c : capitals) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    const bool by_name = std::ranges::any_of(
        kSecretWords, [&](std::string_view word) { return capitals.contains(word); });
    const size_t scheme = value.find("://");
    return by_name ||
           (scheme != std::string_view::npos && value.find('@', scheme) != std::string_view::npos);
}

std::map<std::string, std::string> visible_environment(const Variables& all,
                                                       std::string_view patterns) {
    std::map<std::string, std::string> out;
    while (!patterns.empty()) {
        const size_t end = std::min(patterns.find(','), patterns.size());
        std::string_view pattern = patterns.substr(0, end);
        patterns.remove_prefix(std::min(end + 1, patterns.size()));
        while (pattern.starts_with(' ')) pattern.remove_prefix(1);
        while (pattern.ends_with(' ')) pattern.remove_suffix(1);
        for (const auto& [name, value] : all) {
            const bool named = pattern == name;
            if (named || (matches_glob(pattern, name) && !looks_like_secret(name, value)))
                out.emplace(name, value);
        }
    }
    return out;
}

}  // namespace sloth
