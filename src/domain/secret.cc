#include "domain/secret.h"

#include <algorithm>

namespace sloth {

Result<void> check_secret_name(std::string_view name) {
    constexpr size_t kMaxName = 128;
    const bool fits =
        !name.empty() && name.size() <= kMaxName && std::ranges::all_of(name, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '_' || c == '-' || c == '.' || c == '/';
        });
    if (fits) return {};
    return fail_with(
        {Code::invalid, fmt::format("'{}' cannot name a secret", name),
         fmt::format("use letters, digits, '_', '-', '.' and '/', at most {}", kMaxName)});
}

}  // namespace sloth
