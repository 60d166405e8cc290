#include "runner/http/http_url.h"

#include <charconv>
#include <memory>

namespace sloth {

Result<HttpUrl> parse_http_url(const CurlLibrary& curl, const std::string& reference,
                               const std::string& base) {
    const std::unique_ptr<CURLU, decltype(curl.url_cleanup)> url(curl.url(), curl.url_cleanup);
    if (!url) return fail(Code::exhausted, "no memory for a URL");
    const auto set = [&](const std::string& text) {
        return curl.url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME);
    };
    if (!base.empty()) set(base);
    if (set(reference) != CURLUE_OK) return fail(Code::invalid, "this is no URL");
    const auto part = [&](CURLUPart which, unsigned flags = 0) {
        char* text = nullptr;
        std::string out;
        if (curl.url_get(url.get(), which, &text, flags) == CURLUE_OK) out = text;
        if (text != nullptr) curl.free(text);
        return out;
    };
    HttpUrl out;
    out.scheme = part(CURLUPART_SCHEME);
    if (out.scheme != "http" && out.scheme != "https")
        return fail(Code::invalid, "only http and https are spoken, not '{}'", out.scheme);
    out.host = part(CURLUPART_HOST);
    if (out.host.empty()) return fail(Code::invalid, "the URL names no host");
    if (out.host.starts_with('[') && out.host.ends_with(']'))
        out.host = out.host.substr(1, out.host.size() - 2);
    const std::string port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
    std::from_chars(port.data(), port.data() + port.size(), out.port);
    out.text = part(CURLUPART_URL);
    return out;
}

}  // namespace sloth
