// http through the whole runner: a real server on loopback, a fake worker.
#include <gmock/gmock.h>

#include "base/byte_text.h"
#include "tests/fakes/fake_workers.h"
#include "tests/fakes/http_server.h"
#include "tests/fakes/runner_harness.h"

namespace sloth {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class HttpEffectTest : public testing::Test {
 protected:
    std::string run(const std::string& request) {
        return harness_.final(harness_.start("effect 16 [{" + request + "}]")).output;
    }
    std::string get(const std::string& path, const std::string& more = "") {
        return run(R"("url":")" + server_.url(path) + R"(")" + more);
    }

    std::string answer(const HttpServer::Request& request) {
        const std::string path = request.path();
        if (path == "/json")
            return HttpServer::ok(R"({"n":1})", "content-TYPE: application/json\r\n");
        if (path == "/bytes") return HttpServer::ok("a\xff\x01z");
        if (path == "/loop") return HttpServer::status("302 Found", "Location: /loop\r\n");
        if (path == "/moved") return HttpServer::status("303 See Other", "Location: json\r\n");
        if (path == "/file")
            return HttpServer::status("302 Found", "Location: file:///etc/passwd\r\n");
        if (path == "/metadata")
            return HttpServer::status("302 Found", "Location: http://169.254.169.254/latest\r\n");
        if (path == "/elsewhere")
            return HttpServer::status("307 T", "Location: " + other_.url("/target") + "\r\n");
        if (path == "/huge") return HttpServer::ok(std::string(100'000, 'x'));
        if (path.starts_with("/silent")) return "";
        if (path == "/flaky") {
            return ++flaky_ < 3 ? HttpServer::status("503 Busy", "Retry-After: 0\r\n")
                                : HttpServer::ok("up");
        }
        return HttpServer::ok(request.method() + " " + request.body);
    }

    std::atomic<int> flaky_ = 0;
    HttpServer other_{[](const HttpServer::Request&) { return HttpServer::ok("other"); }};
    HttpServer server_{[this](const HttpServer::Request& request) { return answer(request); }};
    FakeWorkers workers_;
    RunnerHarness harness_{workers_, RunnerHarness::options(2)};
};

TEST_F(HttpEffectTest, gives_status_headers_and_body) {
    EXPECT_THAT(get("/json"), AllOf(HasSubstr(R"("status_code":200,"status":"200 OK")"),
                                    HasSubstr(R"("Content-Type":"application/json")"),
                                    HasSubstr(R"("body":"{\"n\":1}")"),
                                    HasSubstr(R"("success":true)"), HasSubstr(R"("elapsed_ms":)")));
    EXPECT_THAT(get("/bytes"), HasSubstr(to_byte_text("a\xff") + "\\u0001z"));
}

TEST_F(HttpEffectTest, sends_method_headers_body_and_a_key_against_repetition) {
    EXPECT_THAT(run(R"("method":"post","url":")" + server_.url("/x?q=1") +
                    R"(","headers":{"X-A":"b","X-Empty":""},"body":"{\"a\":1}")"),
                HasSubstr(R"(POST {\"a\":1})"));
    const auto request = server_.requests().at(0);
    EXPECT_THAT(request.head,
                AllOf(HasSubstr("POST /x?q=1 HTTP/1.1"), HasSubstr("X-A: b\r\n"),
                      HasSubstr("X-Empty:\r\n"), HasSubstr("Content-Type: application/json\r\n"),
                      HasSubstr("Idempotency-Key: event-1."), HasSubstr("User-Agent: sloth-runner"),
                      Not(HasSubstr("Expect:"))));
    EXPECT_THAT(run(R"("method":"PUT","url":")" + server_.url("/y") + R"(","body":"text")"),
                HasSubstr("PUT text"));
    EXPECT_TRUE(server_.requests().at(1).has("Content-Type: text/plain"));
    get("/z");
    EXPECT_FALSE(server_.requests().at(2).has("Idempotency-Key"));
}

TEST_F(HttpEffectTest, follows_redirects_so_far_and_says_so) {
    EXPECT_THAT(get("/moved"), AllOf(HasSubstr(R"({\"n\":1})"), HasSubstr("/json\"")));
    EXPECT_THAT(get("/moved", R"(,"max_redirects":0)"), HasSubstr(R"("status_code":303)"));
    EXPECT_THAT(get("/loop", R"(,"max_redirects":3)"), HasSubstr("more than 3 redirects"));
    EXPECT_THAT(get("/file"), HasSubstr("only http and https are spoken, not 'file'"));
}

TEST_F(HttpEffectTest, sends_no_login_to_another_host) {
    EXPECT_THAT(get("/elsewhere", R"(,"headers":{"Authorization":"Bearer x","X-Kept":"1"})"),
                HasSubstr("other"));
    const auto request = other_.requests().at(0);
    EXPECT_FALSE(request.has("Authorization"));
    EXPECT_TRUE(request.has("X-Kept"));
    EXPECT_TRUE(server_.requests().at(0).has("Authorization"));
}

TEST_F(HttpEffectTest, connects_to_no_address_on_the_deny_list_however_it_is_written) {
    for (const char* url :
         {"http://169.254.169.254/latest", "http://[::ffff:169.254.169.254]/", "http://0xa9fea9fe/",
          "http://2852039166/", "http://169.254.43518/", "http://[fe80::1]/"}) {
        EXPECT_THAT(run(R"("url":")" + std::string(url) + R"(","timeout":2)"),
                    AllOf(HasSubstr("[null,"), HasSubstr("is not allowed")))
            << url;
    }
    EXPECT_THAT(get("/metadata"), HasSubstr("169.254.169.254 is not allowed"));
    EXPECT_THAT(run(R"("url":"file:///etc/passwd")"), HasSubstr("only http and https"));
    EXPECT_THAT(run(R"("url":"gopher://127.0.0.1/")"), HasSubstr("only http and https"));
}

TEST_F(HttpEffectTest, keeps_a_standard_hook_from_internal_addresses) {
    const auto hook = std::make_shared<RunnableHook>(
        *harness_.hook("effect 16 [{\"url\":\"" + server_.url("/json") + "\"}]"));
    hook->profile = Profile::standard;
    EXPECT_THAT(harness_.final(harness_.start(hook)).output,
                HasSubstr("127.0.0.1 is not allowed (this machine)"));
    hook->profile = Profile::service;
    hook->permissions.listed = true;
    EXPECT_THAT(harness_.final(harness_.start(hook)).output, HasSubstr("do not give `network`"));
    hook->permissions.network.names = {"example.com"};
    EXPECT_THAT(harness_.final(harness_.start(hook)).output,
                HasSubstr("do not give `network` for 127.0.0.1"));
    hook->permissions.network.names = {"127.0.0.1"};
    EXPECT_THAT(harness_.final(harness_.start(hook)).output, HasSubstr("\"status_code\":200"));
}

TEST_F(HttpEffectTest, bounds_the_response_and_the_time) {
    EXPECT_THAT(get("/huge", R"(,"max_bytes":1000)"), HasSubstr("longer than 1000 bytes"));
    HttpServer stuck(
        [](const HttpServer::Request&) { return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"; });
    EXPECT_THAT(run(R"("url":")" + stuck.url("/") + R"(","timeout":0.1)"),
                HasSubstr("no answer within 100ms"));
}

TEST_F(HttpEffectTest, tells_what_failed_without_the_query) {
    EXPECT_THAT(get("/silent?token=abc"), AllOf(HasSubstr("[null,\"http.get http://127.0.0.1"),
                                                HasSubstr("/silent: "), Not(HasSubstr("abc"))));
    EXPECT_THAT(run(R"("url":"http://no.such.host.invalid/")"),
                HasSubstr("cannot look up the host 'no.such.host.invalid'"));
    EXPECT_THAT(run(R"("url":"not a url")"), HasSubstr("raised http.request: `url` must be"));
    EXPECT_THAT(run(R"("url":"http://a/","tiemout":1)"), HasSubstr("did you mean 'timeout'"));
    EXPECT_THAT(run(R"("url":"http://a/","headers":{"X":"a\nb"})"),
                HasSubstr("holds a line break"));
}

TEST_F(HttpEffectTest, tries_again_when_it_is_told_to) {
    EXPECT_THAT(get("/flaky"), HasSubstr(R"("status_code":503)"));
    EXPECT_THAT(get("/flaky", R"(,"retries":3,"retry_delay":0.01)"), HasSubstr("\"body\":\"up\""));
    EXPECT_EQ(flaky_, 3);
    HttpServer silent([](const HttpServer::Request&) { return ""; });
    EXPECT_THAT(run(R"("url":")" + silent.url("/") + R"(","retries":2,"retry_delay":0.01)"),
                HasSubstr("[null,"));
    EXPECT_EQ(silent.requests().size(), 3u);
}

TEST_F(HttpEffectTest, does_many_at_once_within_the_hooks_limit) {
    std::string requests;
    for (int i = 0; i < 20; ++i) {
        requests += requests.empty() ? "" : ",";
        requests += R"({"url":")" + server_.url("/n" + std::to_string(i)) + R"("})";
    }
    requests += R"(,{"url":"http://127.0.0.1:1/"})";
    const auto hook =
        std::make_shared<RunnableHook>(*harness_.hook("effect 22 [[" + requests + "]]"));
    hook->limits.max_effects_in_flight = 3;
    const std::string out = harness_.final(harness_.start(hook)).output;
    EXPECT_THAT(out, AllOf(HasSubstr("/n0\""), HasSubstr("/n19\""),
                           HasSubstr(R"("error":"http.get http://127.0.0.1:1/: )")));
    EXPECT_EQ(server_.requests().size(), 20u);
}

}  // namespace
}  // namespace sloth
