// Which addresses hooks may connect to: checked on the address that is really connected to, so that
// neither a name, a redirect nor a number written in another way leads around it. Pure.
//
// Addresses that carry an IPv4 address inside (mapped, compatible, NAT64, 6to4) are judged by both.
// Source of the ranges: IANA's special-purpose address registries (RFC 6890); of the metadata
// addresses: the cloud vendors' documentation.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth {

struct AddressPolicy {
    bool link_local = false;  // 169.254/16, fe80::/10, and where clouds keep their metadata
    bool internal = true;     // this machine, private networks, shared (carrier) networks

    bool operator==(const AddressPolicy&) const = default;
};

// Code::refused names the address and why.
Result<void> check_address(const AddressPolicy& policy, const sockaddr* address);

// "127.0.0.1", "fe80::1"; "" for another family.
std::string to_text(const sockaddr* address);

}  // namespace sloth
