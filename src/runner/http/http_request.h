// An HTTP request as a script asked for it, and what came of it. Values; pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sloth {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    HttpHeaders headers;
    std::optional<std::string> body;
    Micros timeout = 30s;  // of one attempt, from the look-up of the name to the last byte
    int max_redirects = 10;
    int retries = 0;          // after a failure of the transport, 429, 502, 503 and 504
    Micros retry_delay = 1s;  // before the first retry; doubles, and yields to Retry-After
    int64_t max_bytes = 0;    // of the response's body, decompressed; 0 is the setting
    bool verify = true;       // the server's certificate
    std::string ca_file;      // instead of the system's authorities

    bool operator==(const HttpRequest&) const = default;
};

// From an effect's argument: an object with the names above, durations in seconds. Strings carry
// any bytes (base/byte_text.h). Code::invalid names the field and what it takes.
Result<HttpRequest> parse_http_request(const nlohmann::ordered_json& value);

struct HttpResponse {
    long status_code = 0;
    std::string reason;
    HttpHeaders headers;
    std::string body;
    std::string url;  // the last one, behind redirects
    Micros elapsed{};
};

// The answer's table: {status_code, status, headers, body, url, elapsed_ms, success}.
nlohmann::ordered_json to_json(const HttpResponse& response);

// "https://example.com/path": for messages, since the rest of a URL may hold secrets.
std::string shown_url(std::string_view url);

// A header's value, by its name in any case; nothing if there is none.
const std::string* find_header(const HttpHeaders& headers, std::string_view name);

}  // namespace sloth
