// HTTP for hooks: any number of calls at once on the runner's loop, without a thread for any of
// them but the look-up of names. Redirects and retries are ours, so that every address and host is
// checked again at each step. The runner's thread; calls must not outlive it.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "runner/http/curl_loop.h"
#include "runner/http/http_options.h"
#include "runner/http/http_request.h"
#include "runner/http/idle_connections.h"
#include "runner/http/name_cache.h"

namespace sloth {

class HttpCall;

// Who may be talked to, and how a call tells what came of it.
struct HttpRules {
    std::function<Result<void>(std::string_view host, uint16_t port)> may_connect;
    AddressPolicy addresses;
    bool share_connections = true;  // with calls of other hooks
};
using HttpDone = std::move_only_function<void(Result<HttpResponse>)>;

class HttpClient {
 public:
    HttpClient(std::shared_ptr<Loop> loop, HttpOptions options);
    ~HttpClient();

    const HttpOptions& options() const { return options_; }

    // `done` is called once, later, unless the call is dropped before.
    Result<std::shared_ptr<HttpCall>> start(HttpRequest request, HttpRules rules, HttpDone done);

 private:
    friend class HttpCall;

    Loop& loop() { return *loop_; }
    CurlLoop& curl() { return *curl_; }
    NameCache& names() { return names_; }
    // A place among the transfers: at once, or when it is the call's turn.
    void enter(const std::shared_ptr<HttpCall>& call);
    void leave();
    // Beyond that many transfers libcurl would search all connections for one to give up, each
    // time that one becomes free.
    bool crowded() const { return active_ > CurlLoop::kIdleConnections; }

    std::shared_ptr<Loop> loop_;
    HttpOptions options_;
    NameCache names_;
    std::unique_ptr<CurlLoop> curl_;  // from the first call on
    IdleConnections idle_{CurlLoop::kIdleConnections};
    size_t active_ = 0;
    std::deque<std::weak_ptr<HttpCall>> waiting_;
};

// Dropping it cancels the call.
class HttpCall final : public CurlTransfer, public std::enable_shared_from_this<HttpCall> {
 public:
    HttpCall(HttpClient& client, HttpRequest request, HttpRules rules, HttpDone done);
    ~HttpCall() override;

    void begin();

 private:
    friend class HttpClient;

    void look_up();
    void connect(const NameCache::Addresses& addresses);
    void transfer();
    void set_options(const std::string& proxy);
    void set_sharing();
    void decide_keeping();
    bool is_plain() const;
    std::string place() const;
    void set_callbacks();
    void set_headers();
    void set_body();
    void release();
    void on_done(CURLcode code) override;
    std::string failure(CURLcode code) const;
    bool redirect();
    bool retry(bool transport_failed);
    Micros retry_after() const;
    void finish(Result<HttpResponse> result);
    void fail_later(Error error);

    static size_t on_body(char* bytes, size_t size, size_t count, void* self);
    static size_t on_header(char* bytes, size_t size, size_t count, void* self);
    static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

    HttpClient& client_;
    HttpRequest request_;
    const HttpRules rules_;
    HttpDone done_;
    const MonoTime began_;
    std::string url_;  // of this step
    std::string host_;
    uint16_t port_ = 0;
    std::string proxy_;
    NameCache::Addresses addresses_;
    HttpResponse response_;
    std::string refused_;  // why the last address was not connected to
    bool too_large_ = false;
    int redirects_ = 0;
    int attempts_ = 0;
    CURL* easy_ = nullptr;
    bool added_ = false;
    bool has_place_ = false;
    bool keeps_connection_ = false;  // open for the next call when this one is done
    curl_slist* headers_ = nullptr;
    curl_slist* resolved_ = nullptr;
    Timer timer_;
};

}  // namespace sloth
