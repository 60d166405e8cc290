#include "runner/http/http_client.h"

namespace sloth {

HttpClient::HttpClient(std::shared_ptr<Loop> loop, HttpOptions options)
    : loop_(std::move(loop)), options_(std::move(options)), names_(loop_) {}

HttpClient::~HttpClient() = default;

Result<std::shared_ptr<HttpCall>> HttpClient::start(HttpRequest request, HttpRules rules,
                                                    HttpDone done) {
    if (!curl_) {
        SLOTH_TRY(curl_, CurlLoop::open(*loop_));
    }
    if (request.max_bytes == 0) request.max_bytes = options_.max_bytes;
    auto call =
        std::make_shared<HttpCall>(*this, std::move(request), std::move(rules), std::move(done));
    call->begin();
    return call;
}

void HttpClient::enter(const std::shared_ptr<HttpCall>& call) {
    if (active_ < options_.max_transfers) {
        ++active_;
        call->has_place_ = true;
        return call->transfer();
    }
    waiting_.push_back(call);
}

void HttpClient::leave() {
    --active_;
    while (!waiting_.empty() && active_ < options_.max_transfers) {
        const auto next = waiting_.front().lock();
        waiting_.pop_front();
        // Later: whoever leaves may be in the middle of its end.
        if (next)
            loop_->post([this, weak = std::weak_ptr(next)] {
                if (const auto call = weak.lock()) enter(call);
            });
        if (next) return;
    }
}

}  // namespace sloth
