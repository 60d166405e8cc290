// The life of one call: name, address, transfer; then a redirect, a retry, or the end.
#include <sys/socket.h>

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "runner/http/http_client.h"
#include "runner/http/http_url.h"

namespace sloth {
namespace {

constexpr size_t kMaxHeaders = 1000;
constexpr long kBufferBytes = 8 << 10;  // ten thousand transfers have one each
constexpr long kConnectMillis = 10'000;
constexpr Micros kLongestDelay = 60s;

bool is_redirect(long status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_retryable(long status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
}

HttpCall& call_of(void* self) { return *static_cast<HttpCall*>(self); }

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const size_t begin = std::min(text.find_first_not_of(kBlank), text.size());
    const size_t end = text.find_last_not_of(kBlank);
    return end == std::string_view::npos ? "" : text.substr(begin, end + 1 - begin);
}

}  // namespace

HttpCall::HttpCall(HttpClient& client, HttpRequest request, HttpRules rules, HttpDone done)
    : client_(client),
      request_(std::move(request)),
      rules_(std::move(rules)),
      done_(std::move(done)),
      began_(client.loop().now()),
      url_(request_.url) {
    timer_.bind<&HttpCall::look_up>(this);
}

HttpCall::~HttpCall() {
    client_.loop().cancel(timer_);
    release();
}

void HttpCall::begin() { look_up(); }

void HttpCall::fail_later(Error error) {
    client_.loop().post([weak = weak_from_this(), error = std::move(error)]() mutable {
        if (const auto self = weak.lock()) self->finish(fail_with(std::move(error)));
    });
}

void HttpCall::look_up() {
    auto url = parse_http_url(client_.curl().library(), url_);
    if (!url) return fail_later(std::move(url).error());
    url_ = url->text;
    host_ = url->host;
    port_ = url->port;
    if (auto ok = rules_.may_connect(host_, port_); !ok) return fail_later(std::move(ok).error());
    proxy_ = client_.options().proxies.proxy_for(url->scheme, host_);
    if (!proxy_.empty() || NameCache::is_number(host_)) return connect({});
    client_.names().look_up(host_, [weak = weak_from_this()](auto found) {
        const auto self = weak.lock();
        if (!self) return;
        if (found) return self->connect(*found);
        if (!self->retry(true)) self->fail_later(std::move(found).error());
    });
}

void HttpCall::connect(const NameCache::Addresses& addresses) {
    addresses_ = addresses;
    client_.enter(shared_from_this());
}

void HttpCall::transfer() {
    const CurlLibrary& curl = client_.curl().library();
    easy_ = curl.easy_init();
    if (easy_ == nullptr)
        return fail_later({Code::exhausted, "no memory for an HTTP transfer", ""});
    response_ = {};
    refused_.clear();
    too_large_ = false;
    set_options(proxy_);
    set_callbacks();
    set_headers();
    set_body();
    if (auto ok = client_.curl().add(easy_, this); !ok) return fail_later(std::move(ok).error());
    added_ = true;
}

void HttpCall::set_options(const std::string& proxy) {
    const CurlLibrary& curl = client_.curl().library();
    const auto set = [&](CURLoption option, auto value) { curl.easy_setopt(easy_, option, value); };
    const auto on = [&](CURLoption option, bool value) { set(option, value ? 1L : 0L); };
    set(CURLOPT_URL, url_.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    on(CURLOPT_NOSIGNAL, true);
    on(CURLOPT_FOLLOWLOCATION, false);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request_.timeout.count() / 1000 + 1));
    set(CURLOPT_CONNECTTIMEOUT_MS, kConnectMillis);
    set(CURLOPT_BUFFERSIZE, kBufferBytes);
    set(CURLOPT_ACCEPT_ENCODING, "");
    set(CURLOPT_USERAGENT, client_.options().user_agent.c_str());
    set(CURLOPT_PROXY, proxy.c_str());
    on(CURLOPT_SSL_VERIFYPEER, request_.verify);
    set(CURLOPT_SSL_VERIFYHOST, request_.verify ? 2L : 0L);
    const std::string& authorities =
        request_.ca_file.empty() ? client_.options().ca_file : request_.ca_file;
    if (!authorities.empty()) set(CURLOPT_CAINFO, authorities.c_str());
    set_sharing();
    std::string known;
    for (const std::string& address : addresses_) {
        if (!known.empty()) known += ',';
        known += address.contains(':') ? "[" + address + "]" : address;
    }
    if (known.empty()) return;
    resolved_ = curl.slist_append(nullptr, fmt::format("{}:{}:{}", host_, port_, known).c_str());
    set(CURLOPT_RESOLVE, resolved_);
}

// With TLS a connection may carry many calls at once, which libcurl knows better.
void HttpCall::set_sharing() {
    const CurlLibrary& curl = client_.curl().library();
    const bool looks = rules_.share_connections && (!is_plain() || client_.idle_.take(place()));
    curl.easy_setopt(easy_, CURLOPT_FRESH_CONNECT, looks ? 0L : 1L);
    curl.easy_setopt(easy_, CURLOPT_FORBID_REUSE, rules_.share_connections ? 0L : 1L);
    keeps_connection_ = rules_.share_connections && is_plain();
}

// When the answer comes, for it is now that there are too many, or not.
void HttpCall::decide_keeping() {
    if (!keeps_connection_ || !client_.crowded()) return;
    keeps_connection_ = false;
    client_.curl().library().easy_setopt(easy_, CURLOPT_FORBID_REUSE, 1L);
}

bool HttpCall::is_plain() const { return url_.starts_with("http:"); }

std::string HttpCall::place() const { return fmt::format("{} {}:{}", proxy_, host_, port_); }

void HttpCall::set_callbacks() {
    const CurlLibrary& curl = client_.curl().library();
    curl.easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &HttpCall::on_body);
    curl.easy_setopt(easy_, CURLOPT_WRITEDATA, this);
    curl.easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &HttpCall::on_header);
    curl.easy_setopt(easy_, CURLOPT_HEADERDATA, this);
    curl.easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, &HttpCall::on_socket);
    curl.easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
}

void HttpCall::set_headers() {
    const CurlLibrary& curl = client_.curl().library();
    for (const auto& [name, value] : request_.headers) {
        const std::string line = value.empty() ? name + ";" : name + ": " + value;
        headers_ = curl.slist_append(headers_, line.c_str());
    }
    if (find_header(request_.headers, "Expect") == nullptr)
        headers_ = curl.slist_append(headers_, "Expect:");
    curl.easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
}

void HttpCall::set_body() {
    const CurlLibrary& curl = client_.curl().library();
    if (request_.body || request_.method == "POST") {
        const std::string_view body = request_.body ? *request_.body : std::string_view();
        curl.easy_setopt(easy_, CURLOPT_POST, 1L);
        curl.easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        curl.easy_setopt(easy_, CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());
    }
    if (request_.method == "HEAD" && !request_.body) {
        curl.easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    } else {
        curl.easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
}

void HttpCall::release() {
    const CurlLibrary& curl = client_.curl().library();
    if (easy_ != nullptr) {
        if (std::exchange(added_, false)) client_.curl().remove(easy_);
        curl.easy_cleanup(std::exchange(easy_, nullptr));
    }
    curl.slist_free_all(std::exchange(headers_, nullptr));
    curl.slist_free_all(std::exchange(resolved_, nullptr));
    if (std::exchange(has_place_, false)) client_.leave();
}

size_t HttpCall::on_body(char* bytes, size_t size, size_t count, void* self) {
    HttpCall& call = call_of(self);
    const size_t length = size * count;
    if (call.response_.body.size() + length > static_cast<size_t>(call.request_.max_bytes)) {
        call.too_large_ = true;
        return 0;
    }
    call.response_.body.append(bytes, length);
    return length;
}

size_t HttpCall::on_header(char* bytes, size_t size, size_t count, void* self) {
    HttpResponse& response = call_of(self).response_;
    const std::string_view line = trimmed({bytes, size * count});
    if (line.starts_with("HTTP/")) {  // a new answer: those before it were only on the way
        call_of(self).decide_keeping();
        response.headers.clear();
        const size_t reason = line.find(' ', std::min(line.find(' '), line.size() - 1) + 1);
        response.reason =
            reason == std::string_view::npos ? "" : valid_utf8(trimmed(line.substr(reason)));
        return size * count;
    }
    const size_t colon = line.find(':');
    if (colon != std::string_view::npos && response.headers.size() < kMaxHeaders)
        response.headers.emplace_back(trimmed(line.substr(0, colon)),
                                      trimmed(line.substr(colon + 1)));
    return size * count;
}

curl_socket_t HttpCall::on_socket(void* self, curlsocktype, curl_sockaddr* address) {
    HttpCall& call = call_of(self);
    // What a proxy connects to is the proxy's business; where it stands is the operator's.
    if (call.proxy_.empty()) {
        if (auto ok = check_address(call.rules_.addresses, &address->addr); !ok) {
            call.refused_ = ok.error().message;
            return CURL_SOCKET_BAD;
        }
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::string HttpCall::failure(CURLcode code) const {
    if (!refused_.empty()) return "not permitted: " + refused_;
    if (too_large_) return fmt::format("the response is longer than {} bytes", request_.max_bytes);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return fmt::format("no answer within {}", format_duration(request_.timeout));
    std::string text = client_.curl().library().easy_strerror(code);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z' && text.size() > 1 && text[1] >= 'a')
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

void HttpCall::on_done(CURLcode code) {
    const auto keep = shared_from_this();
    added_ = false;
    client_.curl().library().easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &response_.status_code);
    release();
    if (code == CURLE_OK && keeps_connection_) client_.idle_.put(place());
    if (code != CURLE_OK) {
        const bool may_repeat = refused_.empty() && !too_large_;
        if (may_repeat && retry(true)) return;
        return finish(fail(refused_.empty() ? Code::failed : Code::refused, "{}", failure(code)));
    }
    if (is_redirect(response_.status_code) && redirect()) return;
    if (is_retryable(response_.status_code) && retry(false)) return;
    response_.url = url_;
    response_.elapsed = std::chrono::duration_cast<Micros>(client_.loop().now() - began_);
    finish(std::move(response_));
}

// False if the answer itself is what the script gets.
bool HttpCall::redirect() {
    const std::string* location = find_header(response_.headers, "Location");
    if (location == nullptr || request_.max_redirects == 0) return false;
    if (++redirects_ > request_.max_redirects) {
        finish(fail(Code::failed, "more than {} redirects", request_.max_redirects));
        return true;
    }
    auto next = parse_http_url(client_.curl().library(), *location, url_);
    if (!next) {
        finish(fail(Code::failed, "redirected to an address that cannot be followed: {}",
                    next.error().message));
        return true;
    }
    const long status = response_.status_code;
    const bool to_get = (status == 303 && request_.method != "HEAD") ||
                        ((status == 301 || status == 302) && request_.method == "POST");
    const auto drop = [&](std::string_view name) {
        std::erase_if(request_.headers, [&](const auto& header) {
            const HttpHeaders one{header};
            return find_header(one, name) != nullptr;
        });
    };
    if (to_get) {
        request_.method = "GET";
        request_.body.reset();
        drop("Content-Type");
        drop("Content-Length");
    }
    if (next->host != host_ || next->port != port_) {  // what was meant for one host
        drop("Authorization");
        drop("Cookie");
        drop("Host");
    }
    url_ = next->text;
    look_up();
    return true;
}

Micros HttpCall::retry_after() const {
    const std::string* text = find_header(response_.headers, "Retry-After");
    int64_t seconds = 0;
    if (text != nullptr) std::from_chars(text->data(), text->data() + text->size(), seconds);
    return std::chrono::seconds(std::clamp<int64_t>(seconds, 0, 3600));
}

bool HttpCall::retry(bool transport_failed) {
    if (attempts_ >= request_.retries) return false;
    const Micros doubled = request_.retry_delay * (1LL << std::min(attempts_, 10));
    Micros delay = std::min(doubled, kLongestDelay);
    if (!transport_failed) delay = std::max(delay, retry_after());
    ++attempts_;
    client_.loop().set_timer(timer_, client_.loop().now() + delay);
    return true;
}

void HttpCall::finish(Result<HttpResponse> result) {
    HttpDone done = std::exchange(done_, nullptr);
    if (done) done(std::move(result));
}

}  // namespace sloth
