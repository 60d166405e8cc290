#include "runner/http/address_policy.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <span>

namespace sloth {
namespace {

enum class Kind : uint8_t { never, link_local, internal };

struct Range4 {
    uint32_t base;
    int bits;
    Kind kind;
    std::string_view what;
};

constexpr uint32_t ip(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    return a << 24 | b << 16 | c << 8 | d;
}

// In the order in which they are tried: single addresses before the ranges that they lie in.
constexpr std::array kRanges4{
    Range4{ip(169, 254, 0, 0), 16, Kind::link_local, "link-local, where clouds keep metadata"},
    Range4{ip(100, 100, 100, 200), 32, Kind::link_local, "a cloud's metadata"},
    Range4{ip(168, 63, 129, 16), 32, Kind::link_local, "a cloud's metadata"},
    Range4{ip(192, 0, 0, 192), 32, Kind::link_local, "a cloud's metadata"},
    Range4{ip(0, 0, 0, 0), 8, Kind::internal, "this machine"},
    Range4{ip(127, 0, 0, 0), 8, Kind::internal, "this machine"},
    Range4{ip(10, 0, 0, 0), 8, Kind::internal, "a private network"},
    Range4{ip(172, 16, 0, 0), 12, Kind::internal, "a private network"},
    Range4{ip(192, 168, 0, 0), 16, Kind::internal, "a private network"},
    Range4{ip(100, 64, 0, 0), 10, Kind::internal, "a shared network"},
    Range4{ip(192, 0, 0, 0), 24, Kind::internal, "a protocol's own network"},
    Range4{ip(198, 18, 0, 0), 15, Kind::internal, "a test network"},
    Range4{ip(224, 0, 0, 0), 4, Kind::never, "multicast"},
    Range4{ip(240, 0, 0, 0), 4, Kind::never, "reserved"},
};

struct Range6 {
    std::array<uint8_t, 16> base;
    int bits;
    Kind kind;
    std::string_view what;
};

// In the order in which they are tried.
constexpr std::array kRanges6{
    Range6{{0xfd, 0x00, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54},
           128,
           Kind::link_local,
           "a cloud's metadata"},
    Range6{{0xfe, 0x80}, 10, Kind::link_local, "link-local"},
    Range6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, Kind::internal, "this machine"},
    Range6{{}, 128, Kind::internal, "this machine"},
    Range6{{0xfc}, 7, Kind::internal, "a private network"},
    Range6{{0xfe, 0xc0}, 10, Kind::internal, "a private network"},
    Range6{{0xff}, 8, Kind::never, "multicast"},
};

std::unexpected<Error> refused(std::string_view address, std::string_view what) {
    return fail(Code::refused, "the address {} is not allowed ({})", address, what);
}

bool allowed(const AddressPolicy& policy, Kind kind) {
    return (kind == Kind::link_local && policy.link_local) ||
           (kind == Kind::internal && policy.internal);
}

Result<void> check4(const AddressPolicy& policy, uint32_t address, std::string_view text) {
    for (const Range4& range : kRanges4) {
        const uint32_t mask = range.bits == 0 ? 0 : ~uint32_t{0} << (32 - range.bits);
        if ((address & mask) != range.base) continue;
        return allowed(policy, range.kind) ? Result<void>() : refused(text, range.what);
    }
    return {};
}

bool starts_with(std::span<const uint8_t, 16> address, std::span<const uint8_t, 16> base,
                 int bits) {
    const auto whole = static_cast<size_t>(bits / 8);
    if (std::memcmp(address.data(), base.data(), whole) != 0) return false;
    const int rest = bits % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<uint8_t>(0xff << (8 - rest));
    return (address[whole] & mask) == (base[whole] & mask);
}

uint32_t ipv4_at(std::span<const uint8_t, 16> address, size_t at) {
    return ip(address[at], address[at + 1], address[at + 2], address[at + 3]);
}

// The IPv4 address inside, if it is of a kind that has one.
bool embedded(std::span<const uint8_t, 16> address, uint32_t& out) {
    constexpr std::array<uint8_t, 16> kZero{};
    constexpr std::array<uint8_t, 16> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    constexpr std::array<uint8_t, 16> kNat64{0, 0x64, 0xff, 0x9b};
    constexpr std::array<uint8_t, 16> kSixToFour{0x20, 0x02};
    const bool low = starts_with(address, kMapped, 96) || starts_with(address, kNat64, 96) ||
                     starts_with(address, kZero, 96);
    if (low) out = ipv4_at(address, 12);
    if (starts_with(address, kSixToFour, 16)) {
        out = ipv4_at(address, 2);
        return true;
    }
    return low;
}

Result<void> check6(const AddressPolicy& policy, std::span<const uint8_t, 16> address,
                    std::string_view text) {
    for (const Range6& range : kRanges6) {
        if (!starts_with(address, range.base, range.bits)) continue;
        return allowed(policy, range.kind) ? Result<void>() : refused(text, range.what);
    }
    uint32_t inside = 0;
    if (embedded(address, inside)) return check4(policy, inside, text);
    return {};
}

}  // namespace

std::string to_text(const sockaddr* address) {
    char text[INET6_ADDRSTRLEN] = {};
    if (address->sa_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
        ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    } else if (address->sa_family == AF_INET6) {
        const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
        ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    }
    return text;
}

Result<void> check_address(const AddressPolicy& policy, const sockaddr* address) {
    const std::string text = to_text(address);
    if (address->sa_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
        return check4(policy, ntohl(v4->sin_addr.s_addr), text);
    }
    if (address->sa_family == AF_INET6) {
        const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
        return check6(policy, std::span<const uint8_t, 16>(v6->sin6_addr.s6_addr), text);
    }
    return refused("of this kind", "neither IPv4 nor IPv6");
}

}  // namespace sloth
