// http.request: [request] -> a response, or nil and why there is none. http.all: [[request, ...]]
// -> a list of responses; one that failed is {error, success = false, status_code = 0}.
#include "base/byte_text.h"
#include "base/json.h"
#include "runner/effects/effect.h"
#include "runner/http/http_client.h"
#include "runner/rights.h"

namespace sloth {
namespace {

constexpr size_t kMaxBatch = 10'000;

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

// "http.post https://example.com/path"
std::string shown(const HttpRequest& request) {
    return fmt::format("http.{} {}", lower(request.method), shown_url(request.url));
}

bool is_safe(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

// What a request has without being asked: a type for its body, and a name by which a server can
// know that it has seen it before.
void complete(HttpRequest& request, const EffectCall& call, size_t index) {
    if (request.body && find_header(request.headers, "Content-Type") == nullptr) {
        const bool json = Json::accept(*request.body);
        request.headers.emplace_back("Content-Type", json ? "application/json" : "text/plain");
    }
    if (!is_safe(request.method) && find_header(request.headers, "Idempotency-Key") == nullptr) {
        const EffectKey key = to_effect_key(call.key);
        std::string value =
            fmt::format("{}-{}-{}", call.delivery_id, key.fingerprint, key.occurrence);
        if (index > 0) value += fmt::format("-{}", index);
        request.headers.emplace_back("Idempotency-Key", std::move(value));
    }
}

HttpRules rules_of(const EffectCall& call, const EffectWorld& world) {
    const std::shared_ptr<const RunnableHook> hook = call.request.hook;
    HttpRules rules;
    rules.may_connect = [hook](std::string_view host, uint16_t port) {
        return Rights(*hook).may_connect(host, port);
    };
    rules.addresses = world.options.http.addresses;
    if (hook->profile != Profile::service) {
        rules.addresses = {.link_local = false, .internal = false};
        rules.share_connections = false;  // one that is open was checked for somebody else
    }
    return rules;
}

Json dry_response(const HttpRequest& request) {
    return to_json(HttpResponse{.status_code = 200, .reason = "OK", .url = request.url});
}

class Request final : public Ongoing {
 public:
    explicit Request(std::string shown) : shown_(std::move(shown)) {}

    Result<void> start(EffectWorld& world, HttpRequest request, HttpRules rules,
                       Finished finished) {
        auto done = [this, finished = std::move(finished)](Result<HttpResponse> result) mutable {
            const auto keep = std::move(call_);
            Finished last = std::move(finished);
            last({AnswerKind::values,
                  result ? dump_json(Json::array({to_json(*result)}))
                         : dump_json(Json::array(
                               {nullptr, to_byte_text(shown_ + ": " + result.error().message)}))});
        };
        SLOTH_TRY(call_, world.http.start(std::move(request), std::move(rules), std::move(done)));
        return {};
    }
    std::string describe() const override { return shown_; }

 private:
    std::string shown_;
    std::shared_ptr<HttpCall> call_;
};

// Several at once, at most `width` of them under way.
class Batch final : public Ongoing {
 public:
    Batch(EffectWorld& world, std::vector<HttpRequest> requests, HttpRules rules, size_t width,
          Finished finished)
        : world_(world),
          requests_(std::move(requests)),
          rules_(std::move(rules)),
          finished_(std::move(finished)),
          answers_(requests_.size()),
          calls_(requests_.size()) {
        for (size_t i = 0; i < width && i < requests_.size(); ++i) start_next();
    }
    std::string describe() const override {
        return fmt::format("http.all of {} requests", requests_.size());
    }

 private:
    void start_next() {
        const size_t index = next_++;
        const std::string name = shown(requests_[index]);
        auto call = world_.http.start(std::move(requests_[index]), rules_,
                                      [this, index, name](Result<HttpResponse> result) {
                                          ended(index, name, std::move(result));
                                      });
        if (call) {
            calls_[index] = std::move(*call);
        } else {
            world_.loop.post([weak = std::weak_ptr(alive_), this, index, name,
                              error = std::move(call).error()]() mutable {
                if (weak.lock()) ended(index, name, fail_with(std::move(error)));
            });
        }
    }
    void ended(size_t index, const std::string& name, Result<HttpResponse> result) {
        const auto keep = std::move(calls_[index]);
        answers_[index] = result
                              ? to_json(*result)
                              : Json{{"error", to_byte_text(name + ": " + result.error().message)},
                                     {"success", false},
                                     {"status_code", 0}};
        if (next_ < requests_.size()) start_next();
        if (++done_ < requests_.size()) return;
        Finished last = std::move(finished_);
        last({AnswerKind::values, dump_json(Json::array({std::move(answers_)}))});
    }

    EffectWorld& world_;
    std::vector<HttpRequest> requests_;
    const HttpRules rules_;
    Finished finished_;
    Json::array_t answers_;
    std::vector<std::shared_ptr<HttpCall>> calls_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    size_t next_ = 0;
    size_t done_ = 0;
};

Result<std::vector<HttpRequest>> batch_of(const EffectCall& call) {
    if (call.args.empty() || !call.args[0].is_array())
        return fail(Code::invalid, "the requests must be a list");
    if (call.args[0].size() > kMaxBatch)
        return fail(Code::invalid, "at most {} requests at once", kMaxBatch);
    std::vector<HttpRequest> out;
    for (const Json& item : call.args[0]) {
        auto request = parse_http_request(item);
        if (!request)
            return fail(Code::invalid, "request {}: {}", out.size() + 1, request.error().message);
        complete(*request, call, out.size() + 1);
        out.push_back(std::move(*request));
    }
    return out;
}

}  // namespace

Reply handle_http_request(EffectCall& call, EffectWorld& world) {
    auto request = parse_http_request(call.args.empty() ? Json() : call.args[0]);
    if (!request) return answer_raise("http.request: " + request.error().message);
    complete(*request, call, 0);
    const HttpRules rules = rules_of(call, world);
    // Told before anything starts, where it is known by then: as an error, like every refusal.
    if (auto ok = Rights(*call.request.hook).may_use_network(); !ok)
        return answer_raise(shown(*request) + ": " + ok.error().message);
    if (call.dry_run) return answer_dry(dump_json(Json::array({dry_response(*request)})));
    auto ongoing = std::make_shared<Request>(shown(*request));
    auto started = ongoing->start(world, std::move(*request), rules, std::move(call.finished));
    if (!started) {
        return answer_now(
            dump_json(Json::array({nullptr, ongoing->describe() + ": " + started.error().message +
                                                "; " + started.error().hint})));
    }
    Reply reply;
    reply.ongoing = std::move(ongoing);
    return reply;
}

Reply handle_http_all(EffectCall& call, EffectWorld& world) {
    auto requests = batch_of(call);
    if (!requests) return answer_raise("http.all: " + requests.error().message);
    if (auto ok = Rights(*call.request.hook).may_use_network(); !ok)
        return answer_raise("http.all: " + ok.error().message);
    if (requests->empty()) return answer_now("[[]]");
    if (call.dry_run) {
        Json responses = Json::array();
        for (const HttpRequest& request : *requests) responses.push_back(dry_response(request));
        return answer_dry(dump_json(Json::array({std::move(responses)})));
    }
    Reply reply;
    reply.ongoing = std::make_shared<Batch>(world, std::move(*requests), rules_of(call, world),
                                            size_t(call.request.hook->limits.max_effects_in_flight),
                                            std::move(call.finished));
    return reply;
}

}  // namespace sloth
