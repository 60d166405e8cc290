#include "runner/http/proxy_choice.h"

#include <gtest/gtest.h>

#include <map>

namespace sloth {
namespace {

ProxyChoice choice(std::map<std::string, std::string> variables) {
    return ProxyChoice([variables](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
}

TEST(ProxyChoice, goes_by_the_scheme) {
    const ProxyChoice proxies =
        choice({{"http_proxy", "http://a:1"}, {"HTTPS_PROXY", "http://b:2"}});
    EXPECT_EQ(proxies.proxy_for("http", "x.com"), "http://a:1");
    EXPECT_EQ(proxies.proxy_for("https", "x.com"), "http://b:2");
    EXPECT_EQ(choice({{"ALL_PROXY", "c"}}).proxy_for("http", "x"), "c");
    EXPECT_EQ(choice({{"HTTP_PROXY", "evil"}}).proxy_for("http", "x"), "");
    EXPECT_EQ(ProxyChoice().proxy_for("http", "x"), "");
}

TEST(ProxyChoice, leaves_out_the_hosts_of_no_proxy) {
    const ProxyChoice proxies =
        choice({{"all_proxy", "p"}, {"no_proxy", "localhost, .corp.com,10.0.0.1"}});
    for (const char* direct : {"localhost", "LOCALHOST.", "corp.com", "a.b.corp.com", "10.0.0.1"})
        EXPECT_EQ(proxies.proxy_for("http", direct), "") << direct;
    for (const char* proxied : {"notcorp.com", "localhost.com", "10.0.0.10"})
        EXPECT_EQ(proxies.proxy_for("http", proxied), "p") << proxied;
    EXPECT_EQ(choice({{"all_proxy", "p"}, {"no_proxy", "*"}}).proxy_for("https", "x"), "");
}

}  // namespace
}  // namespace sloth
