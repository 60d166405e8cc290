#include "transport/grpc/address.h"

#include <arpa/inet.h>

#include <charconv>
#include <string>

namespace sloth {
namespace {

constexpr std::string_view kForms = "use unix:PATH, 127.0.0.1:PORT, [::1]:PORT or localhost:PORT";

bool is_loopback(const std::string& host) {
    if (host == "localhost") return true;
    in_addr v4{};
    if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
    in6_addr v6{};
    return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
    return ec == std::errc() && end == text.data() + text.size() && port <= 65535;
}

std::unexpected<Error> no_address(std::string_view address) {
    return fail_with({Code::invalid, fmt::format("'{}' is not an address of a master", address),
                      std::string(kForms)});
}

}  // namespace

Result<void> check_master_address(std::string_view address) {
    if (address.starts_with("unix:")) {
        if (address.size() == 5) return no_address(address);
        return {};
    }
    const size_t colon = address.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || !is_port(address.substr(colon + 1))) {
        return no_address(address);
    }
    std::string host(address.substr(0, colon));
    const bool bracketed = host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    if (!bracketed && host.find(':') != std::string::npos) return no_address(address);
    if (is_loopback(host)) return {};
    return fail_with(
        {Code::refused,
         fmt::format("'{}' is outside this machine: agents cannot prove yet who they are, and what "
                     "they send would travel in clear text",
                     address),
         fmt::format("{}; to reach another machine, forward a port over ssh", kForms)});
}

}  // namespace sloth
