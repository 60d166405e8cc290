#include <gtest/gtest.h>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

std::string asked(const std::string& body) {
    ScriptBed bed;
    const Outcome got = bed.call(body);
    if (!got.effects.empty()) return got.effects.front();
    const std::string line = got.error.substr(0, got.error.find('\n'));
    const size_t place = line.find(": ");
    return place == std::string::npos ? line : line.substr(place + 2);
}

std::string answered(const std::string& answer, const std::string& body) {
    ScriptBed bed;
    bed.broker = [&](const EffectRequest&) { return answer; };
    return bed.eval(body);
}

TEST(Http, knows_every_form_of_a_call) {
    EXPECT_EQ(asked("http.get('http://a/')"),
              R"(http.get [{"headers":{},"method":"GET","url":"http://a/"}])");
    EXPECT_EQ(asked("http.get('http://a/', {['X-A'] = 'b'})"),
              R"(http.get [{"headers":{"X-A":"b"},"method":"GET","url":"http://a/"}])");
    EXPECT_EQ(asked("http.get('http://a/', {headers = {['X-A'] = 1}, timeout = '5s'})"),
              R"(http.get [{"headers":{"X-A":1},"method":"GET","timeout":5,"url":"http://a/"}])");
    EXPECT_EQ(asked("http.get{url = 'http://a/', retries = 2}"),
              R"(http.get [{"headers":{},"method":"GET","retries":2,"url":"http://a/"}])");
    EXPECT_EQ(asked("http.post('http://a/', 'text', {['X-A'] = 'b'})"),
              R"(http.post [{"body":"text","headers":{"X-A":"b"},"method":"POST",)"
              R"("url":"http://a/"}])");
    EXPECT_EQ(asked("http.post('http://a/')"),
              R"(http.post [{"headers":{},"method":"POST","url":"http://a/"}])");
    EXPECT_EQ(asked("http.post('http://a/', {body = 'text'})"),
              R"(http.post [{"body":"text","headers":{},"method":"POST","url":"http://a/"}])");
    EXPECT_EQ(asked("http.request{method = 'OPTIONS', url = 'http://a/'}"),
              R"(http.request [{"headers":{},"method":"OPTIONS","url":"http://a/"}])");
    for (const char* verb : {"put", "patch", "delete", "head"}) {
        EXPECT_NE(asked("http." + std::string(verb) + "('http://a/')").find("\"method\":\""),
                  std::string::npos)
            << verb;
    }
}

TEST(Http, sends_tables_as_json) {
    constexpr const char* kWanted =
        R"(http.post [{"body":"{\"text\":\"hi\"}","headers":{"Content-Type":"application/json"},)"
        R"("method":"POST","url":"http://a/"}])";
    EXPECT_EQ(asked("http.post('http://a/', {json = {text = 'hi'}})"), kWanted);
    EXPECT_EQ(asked("http.post('http://a/', {body = {text = 'hi'}})"), kWanted);
    EXPECT_EQ(asked("http.post{url = 'http://a/', json = {text = 'hi'}}"), kWanted);
    EXPECT_NE(asked("http.put('http://a/', {json = json.array(), headers = {['content-type'] = "
                    "'x/y'}})")
                  .find(R"("body":"[]","headers":{"content-type":"x/y"})"),
              std::string::npos);
    EXPECT_EQ(asked("http.post('http://a/', {text = 'hi'})"),
              "bad argument #2 to 'http.post' ('text' is no option of a request; for a JSON body: "
              "{json = {...}})");
}

TEST(Http, adds_a_query_to_the_address) {
    EXPECT_NE(asked("http.get('http://a/?x=1#top', {query = {q = 'a b&c', n = {1, true}}})")
                  .find(R"("url":"http://a/?x=1&n=1&n=true&q=a%20b%26c#top")"),
              std::string::npos);
    EXPECT_EQ(asked("http.get('http://a/', {query = {q = print}})"),
              "http.get: a value of a query must be a string, a number, a boolean or a list of "
              "them, not a function");
}

TEST(Http, says_what_is_wrong_with_a_call) {
    EXPECT_EQ(asked("http.get()"),
              "bad argument #1 to 'http.get' (address or table of options expected, got nil)");
    EXPECT_EQ(asked("http.get('http://a/', 'text')"),
              "bad argument #2 to 'http.get' (table of headers or options expected, got string)");
    EXPECT_EQ(asked("http.get('http://a/', {retries = 1, X = 'y'})"),
              "bad argument #2 to 'http.get' ('X' is no option of a request)");
    EXPECT_EQ(asked("http.get{timeout = 1}"),
              "http.get: the field `url` is missing: it must be a string");
    EXPECT_EQ(asked("http.get{url = 'http://a/', tiemout = 1}"),
              "http.get: there is no field `tiemout`: did you mean `timeout`?");
    EXPECT_EQ(asked("http.get{url = 'http://a/', timeout = -1}"),
              "http.get: the field `timeout` must be a number of seconds over 0 or a duration such "
              "as \"10s\" or \"1m30s\"");
    EXPECT_EQ(asked("http.post('http://a/', true)"),
              "bad argument #2 to 'http.post' (string or table of options expected, got boolean)");
    EXPECT_EQ(asked("http.post{url = 'http://a/', body = 'x', json = {}}"),
              "http.post: it takes `body` or `json`, not both");
    EXPECT_EQ(asked("http.post{url = 'http://a/', json = {f = print}}"),
              "http.post: the body cannot be JSON: cannot encode a function");
    EXPECT_EQ(asked("http.request('http://a/')"),
              "bad argument #1 to 'http.request' (table of options expected, got string)");
    EXPECT_EQ(asked("http.all{1}"),
              "bad argument #1 to 'http.all' (request 1 must be an address or a table of options, "
              "not a number)");
    EXPECT_EQ(asked("http.all{url = 'http://a/'}"),
              "bad argument #1 to 'http.all' (list of requests expected)");
    EXPECT_EQ(asked("http.download('http://a/')"),
              "bad argument #2 to 'http.download' (string expected, got no value)");
}

TEST(Http, gives_a_response_with_its_json_and_headers_in_any_case) {
    constexpr const char* kResponse =
        R"([{"status_code": 200, "success": true, "body": "{\"n\": [1, 2]}",
             "headers": {"Content-Type": "application/json", "X-Request-Id": "7"}}])";
    EXPECT_EQ(answered(kResponse,
                       "local r = http.get('http://a/') return r.status_code, r.json.n[2], "
                       "r.headers['content-type'], r.headers['X-REQUEST-ID'], r.headers['No']"),
              "200\t2\tapplication/json\t7\tnil");
    EXPECT_EQ(answered(R"([{"status_code": 200, "body": "{oops", "headers": {}}])",
                       "local r = http.get('http://a/') return r.body, r.json"),
              "{oops\tnil");
    EXPECT_EQ(answered(R"([null, "http.get http://a/: refused"])", "return http.get('http://a/')"),
              "nil\thttp.get http://a/: refused");
    EXPECT_EQ(answered(R"([[{"status_code": 200, "body": "[1]", "headers": {}}, {"error": "x"}]])",
                       "local l = http.all{'http://a/', {url = 'http://b/'}} "
                       "return l[1].json[1], l[2].error"),
              "1\tx");
}

TEST(Http, puts_what_it_downloads_in_a_file_if_there_is_any) {
    ScriptBed bed;
    bed.broker = [](const EffectRequest& request) {
        return request.kind == EffectKind::http_request
                   ? R"([{"success": true, "body": "content", "headers": {}}])"
                   : R"([true, {"changed": true, "dest": "/b"}])";
    };
    const Outcome got = bed.call(
        "local ok, facts = http.download('http://a/', '/b')\n"
        "print(ok, facts.changed, facts.dest, facts.src, facts.size)\n"
        "file_ops.fetch{src = 'https://a/', dest = '/c', mode = '0600'}");
    ASSERT_EQ(got.effects.size(), 4u) << got.error;
    EXPECT_EQ(got.output, "true\ttrue\t/b\thttp://a/\t7");
    EXPECT_EQ(got.effects[1], R"(http.download ["/b","content",null])");
    EXPECT_EQ(got.effects[3], R"(file_ops.fetch ["/c","content",384])");
    EXPECT_EQ(answered(R"([{"success": false, "status": "404 Not Found", "headers": {}}])",
                       "return http.download('http://a/', '/b')"),
              "nil\thttp.download: the server answered '404 Not Found' for http://a/");
}

TEST(Http, has_the_helpers_of_older_scripts) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return http.url_encode('a b/ü'), http.url_encode{b = 1, a = 'x y'}"),
              "a%20b%2F%C3%BC\ta=x%20y&b=1");
    EXPECT_EQ(bed.eval("return http.url_decode('a+b%2Fc')"), "a b/c");
    for (const char* bad : {"'%'", "'%4'", "'a%zz'"})
        EXPECT_NE(bed.eval("return http.url_decode(" + std::string(bad) + ")").find("hex digits"),
                  std::string::npos);
    EXPECT_EQ(bed.eval("return http.build_url('http://a/', {q = 1}), http.build_url('http://a/')"),
              "http://a/?q=1\thttp://a/");
    EXPECT_EQ(bed.eval("return http.parse_json('[1]')[1], http.to_json{a = 1}"), "1\t{\"a\":1}");
    EXPECT_EQ(bed.eval("return http.is_success(204), http.is_success{status_code = 404}, "
                       "http.is_error(500), http.is_error(nil), http.is_error{status_code = 302}"),
              "true\tfalse\ttrue\ttrue\tfalse");
}

}  // namespace
}  // namespace sloth::lua
