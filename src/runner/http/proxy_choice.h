// Which proxy a request goes through, by the service's environment as curl(1) reads it: http_proxy,
// https_proxy, all_proxy and no_proxy, in either case (but HTTP_PROXY: a CGI server lets others set
// that one). Values; pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sloth {

class ProxyChoice {
 public:
    using Environment = std::function<std::optional<std::string>(const char*)>;

    ProxyChoice() = default;
    explicit ProxyChoice(const Environment& environment);

    // "" is a direct connection.
    std::string proxy_for(std::string_view scheme, std::string_view host) const;

 private:
    bool is_direct(std::string_view host) const;

    std::string http_;
    std::string https_;
    std::vector<std::string> direct_;  // lower case, without a leading dot; "*" is every host
};

}  // namespace sloth
