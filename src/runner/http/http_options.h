// Every setting of the HTTP client, with its default and the reason for it. Values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "runner/http/address_policy.h"
#include "runner/http/proxy_choice.h"

namespace sloth {

struct HttpOptions {
    AddressPolicy addresses;
    std::string ca_file;            // authorities, PEM; empty: the system's
    int64_t max_bytes = 8 << 20;    // of a response, where the request does not say
    size_t max_transfers = 20'000;  // at once, as far as descriptors go; more wait for their turn
    ProxyChoice proxies;
    std::string user_agent = "sloth-runner";
};

}  // namespace sloth
