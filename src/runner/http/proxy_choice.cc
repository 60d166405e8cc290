#include "runner/http/proxy_choice.h"

#include <algorithm>

namespace sloth {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::string first_of(const ProxyChoice::Environment& environment,
                     std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (auto value = environment(name); value && !value->empty()) return *value;
    }
    return "";
}

}  // namespace

ProxyChoice::ProxyChoice(const Environment& environment)
    : http_(first_of(environment, {"http_proxy", "all_proxy", "ALL_PROXY"})),
      https_(first_of(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})) {
    const std::string list = lower(first_of(environment, {"no_proxy", "NO_PROXY"}));
    std::string_view rest = list;
    while (!rest.empty()) {
        const size_t end = std::min(rest.find_first_of(", "), rest.size());
        std::string_view host = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (host.starts_with('.')) host.remove_prefix(1);
        if (!host.empty()) direct_.emplace_back(host);
    }
}

bool ProxyChoice::is_direct(std::string_view host) const {
    std::string name = lower(host);
    if (name.ends_with('.')) name.pop_back();
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    return std::ranges::any_of(direct_, [&](const std::string& direct) {
        return direct == "*" || name == direct ||
               (name.ends_with(direct) && name[name.size() - direct.size() - 1] == '.');
    });
}

std::string ProxyChoice::proxy_for(std::string_view scheme, std::string_view host) const {
    const std::string& proxy = scheme == "https" ? https_ : http_;
    return proxy.empty() || is_direct(host) ? "" : proxy;
}

}  // namespace sloth
