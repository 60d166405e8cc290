// A URL taken apart by libcurl's own parser, so that what is checked is what is connected to. The
// runner's thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "runner/http/curl_library.h"

namespace sloth {

struct HttpUrl {
    std::string text;    // whole and normal: numbers for IPv4 in their usual form
    std::string scheme;  // "http" or "https"
    std::string host;    // without the brackets of IPv6
    uint16_t port = 0;
};

// `reference` may be relative to `base` ("" for none). Code::invalid for what is no URL, and for
// schemes but http and https.
Result<HttpUrl> parse_http_url(const CurlLibrary& curl, const std::string& reference,
                               const std::string& base = "");

}  // namespace sloth
