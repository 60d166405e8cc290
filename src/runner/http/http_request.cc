#include "runner/http/http_request.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/byte_text.h"
#include "base/header_name.h"
#include "base/json.h"
#include "base/similar.h"

namespace sloth {
namespace {

constexpr double kMaxSeconds = 24 * 3600;
constexpr size_t kMaxHeaders = 256;
constexpr size_t kMaxUrl = 64 << 10;

bool is_token(std::string_view text) {
    constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kOthers.contains(c);
    });
}

bool is_header_value(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

std::unexpected<Error> wrong(std::string_view name, std::string_view wanted) {
    return fail(Code::invalid, "`{}` must be {}", name, wanted);
}

using Read = Result<void> (*)(std::string_view name, const Json& value, HttpRequest& out);

Result<void> read_method(std::string_view name, const Json& value, HttpRequest& out) {
    if (!value.is_string() || !is_token(value.get<std::string>()))
        return wrong(name, "a method like GET or POST");
    out.method = value.get<std::string>();
    for (char& c : out.method) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    if (out.method == "CONNECT" || out.method == "TRACE")
        return fail(Code::invalid, "the method {} is not for requests", out.method);
    return {};
}

Result<void> read_url(std::string_view name, const Json& value, HttpRequest& out) {
    if (!value.is_string()) return wrong(name, "a string");
    out.url = from_byte_text(value.get<std::string>());
    const bool clean = std::ranges::none_of(
        out.url, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; });
    if (out.url.empty() || out.url.size() > kMaxUrl || !clean)
        return wrong(name, "an address like https://example.com/path, without blanks");
    return {};
}

Result<void> read_headers(std::string_view name, const Json& value, HttpRequest& out) {
    if (value.is_array() && value.empty()) return {};
    if (!value.is_object()) return wrong(name, "a table of names and values");
    if (value.size() > kMaxHeaders)
        return wrong(name, fmt::format("at most {} headers", kMaxHeaders));
    for (const auto& [key, item] : value.items()) {
        if (!is_token(key)) return fail(Code::invalid, "'{}' cannot name a header", key);
        if (item.is_null() || item.is_structured())
            return fail(Code::invalid, "the header {} must be a string or a number", key);
        std::string text =
            from_byte_text(item.is_string() ? item.get<std::string>() : dump_json(item));
        if (!is_header_value(text))
            return fail(Code::invalid, "the header {} holds a line break", key);
        out.headers.emplace_back(key, std::move(text));
    }
    return {};
}

Result<void> read_body(std::string_view name, const Json& value, HttpRequest& out) {
    if (!value.is_string()) return wrong(name, "a string");
    out.body = from_byte_text(value.get<std::string>());
    return {};
}

template <Micros HttpRequest::* kMember>
Result<void> read_seconds(std::string_view name, const Json& value, HttpRequest& out) {
    if (!value.is_number() || !(value.get<double>() > 0))
        return wrong(name, "a number of seconds over 0");
    out.*kMember = Micros(std::llround(std::min(value.get<double>(), kMaxSeconds) * 1e6));
    return {};
}

template <auto kMember, int64_t kMost>
Result<void> read_count(std::string_view name, const Json& value, HttpRequest& out) {
    if (!value.is_number_integer() || value.get<int64_t>() < 0 || value.get<int64_t>() > kMost)
        return wrong(name, fmt::format("a whole number from 0 to {}", kMost));
    out.*kMember = static_cast<std::decay_t<decltype(out.*kMember)>>(value.get<int64_t>());
    return {};
}

Result<void> read_verify(std::string_view name, const Json& value, HttpRequest& out) {
    if (!value.is_boolean()) return wrong(name, "true or false");
    out.verify = value.get<bool>();
    return {};
}

Result<void> read_ca_file(std::string_view name, const Json& value, HttpRequest& out) {
    if (!value.is_string() || !value.get<std::string>().starts_with('/'))
        return wrong(name, "an absolute path");
    out.ca_file = from_byte_text(value.get<std::string>());
    return {};
}

struct Field {
    std::string_view name;
    Read read;
};

constexpr std::array kFields{
    Field{"body", read_body},
    Field{"ca_file", read_ca_file},
    Field{"headers", read_headers},
    Field{"max_bytes", read_count<&HttpRequest::max_bytes, int64_t{1} << 30>},
    Field{"max_redirects", read_count<&HttpRequest::max_redirects, 50>},
    Field{"method", read_method},
    Field{"retries", read_count<&HttpRequest::retries, 20>},
    Field{"retry_delay", read_seconds<&HttpRequest::retry_delay>},
    Field{"timeout", read_seconds<&HttpRequest::timeout>},
    Field{"url", read_url},
    Field{"verify", read_verify},
};
static_assert(std::ranges::is_sorted(kFields, {}, &Field::name));

}  // namespace

Result<HttpRequest> parse_http_request(const Json& value) {
    if (!value.is_object()) return fail(Code::invalid, "a request must be a table");
    HttpRequest out;
    for (const auto& [name, item] : value.items()) {
        const auto field =
            std::ranges::lower_bound(kFields, std::string_view(name), {}, &Field::name);
        if (field == kFields.end() || field->name != name) {
            std::vector<std::string_view> names;
            for (const Field& each : kFields) names.push_back(each.name);
            const auto near = most_similar(name, names);
            return fail(Code::invalid, "there is no option '{}'{}", name,
                        near ? fmt::format(": did you mean '{}'?", *near) : "");
        }
        SLOTH_TRY_VOID(field->read(name, item, out));
    }
    if (out.url.empty()) return fail(Code::invalid, "`url` is missing");
    return out;
}

nlohmann::ordered_json to_json(const HttpResponse& response) {
    Json headers = Json::object();
    for (const auto& [name, value] : response.headers) {
        const std::string key = to_byte_text(canonical_header_name(name));
        const std::string text = to_byte_text(value);
        const auto known = headers.find(key);
        if (known == headers.end()) {
            headers[key] = text;
        } else {
            *known = known->get<std::string>() + ", " + text;
        }
    }
    return Json{
        {"status_code", response.status_code},
        {"status", fmt::format("{}{}{}", response.status_code, response.reason.empty() ? "" : " ",
                               to_byte_text(response.reason))},
        {"headers", std::move(headers)},
        {"body", to_byte_text(response.body)},
        {"url", to_byte_text(response.url)},
        {"elapsed_ms", response.elapsed.count() / 1000},
        {"success", response.status_code >= 200 && response.status_code < 300}};
}

std::string shown_url(std::string_view url) {
    constexpr size_t kMost = 120;
    const size_t scheme = url.find("://");
    const size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
    const size_t end = std::min(url.find_first_of("?#", start), url.size());
    const size_t slash = std::min(url.find('/', start), end);
    const size_t at = url.substr(0, slash).rfind('@');
    std::string out(url.substr(0, start));
    out += url.substr(at != std::string_view::npos && at >= start ? at + 1 : start,
                      end - (at != std::string_view::npos && at >= start ? at + 1 : start));
    if (out.size() > kMost) out = out.substr(0, kMost) + "...";
    return out;
}

const std::string* find_header(const HttpHeaders& headers, std::string_view name) {
    const std::string wanted = canonical_header_name(name);
    const auto found = std::ranges::find_if(
        headers, [&](const auto& header) { return canonical_header_name(header.first) == wanted; });
    return found == headers.end() ? nullptr : &found->second;
}

}  // namespace sloth
