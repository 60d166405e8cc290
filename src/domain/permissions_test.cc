#include "domain/permissions.h"

#include <gmock/gmock.h>

#include "base/json.h"

namespace sloth {
namespace {

Permissions parsed(std::string_view json) {
    return parse_permissions(parse_json(json).value()).value();
}

std::string error_of(std::string_view json) {
    const auto result = parse_permissions(parse_json(json).value());
    return result ? "" : result.error().message + "; " + result.error().hint;
}

TEST(Permissions, a_name_alone_grants_all_of_its_kind) {
    const Permissions list = parsed(R"({"1": "exec", "network": ["A.example.com"], "2": "files"})");
    EXPECT_TRUE(list.listed);
    EXPECT_TRUE(list.exec.all);
    EXPECT_TRUE(list.files.all);
    EXPECT_EQ(list.network.names, std::vector<std::string>{"a.example.com"});
    EXPECT_FALSE(list.secrets.any());
    EXPECT_EQ(parsed(R"(["exec", "network"])").network.all, true);
    EXPECT_EQ(parsed(R"({"exec": false})").exec.any(), false);
}

TEST(Permissions, come_back_from_their_text) {
    for (const char* text : {R"({})", R"({"exec":true,"files":["/srv/app"]})",
                             R"({"network":["*.c.d:443","a.b"],"secrets":["t"]})"}) {
        EXPECT_EQ(to_json(parsed(text)), text);
        EXPECT_EQ(parsed(to_json(parsed(text))), parsed(text));
    }
    EXPECT_EQ(to_json(Permissions{}), "");
}

TEST(Permissions, refuses_what_it_does_not_know_and_says_what_it_takes) {
    EXPECT_THAT(error_of(R"(["exce"])"), testing::HasSubstr("did you mean 'exec'"));
    EXPECT_THAT(error_of(R"({"files": ["relative/path"]})"),
                testing::HasSubstr("absolute paths, not 'relative/path'"));
    EXPECT_THAT(error_of(R"({"network": 5})"), testing::HasSubstr("a list of hosts"));
    EXPECT_THAT(error_of(R"({"exec": ["ls"]})"), testing::HasSubstr("true or false"));
    EXPECT_THAT(error_of(R"({"network": ["https://a.b/"]})"), testing::HasSubstr("hosts"));
}

TEST(Permissions, a_wider_list_is_told_in_words) {
    const Permissions narrow = parsed(R"({"network": ["*.a.com"], "files": ["/srv"]})");
    EXPECT_EQ(widening(narrow, parsed(R"({"network": ["x.a.com"], "files": ["/srv/app"]})")), "");
    EXPECT_EQ(
        widening(narrow, parsed(R"({"network": ["b.com"], "files": ["/srvx"], "exec": true})")),
        "exec: allowed; files: /srvx; network: b.com");
    EXPECT_EQ(widening(narrow, parsed(R"({"network": true})")), "network: any");
    EXPECT_THAT(widening(narrow, Permissions{}), testing::HasSubstr("everything"));
    EXPECT_EQ(widening(Permissions{}, narrow), "");
    EXPECT_TRUE(widens(Profile::pure, Profile::standard));
    EXPECT_FALSE(widens(Profile::service, Profile::pure));
}

TEST(Permissions, hosts_match_by_name_wildcard_and_port) {
    const Grant network =
        parsed(R"({"network": ["a.com", "*.b.com", "c.com:8443", "[::1]:80"]})").network;
    EXPECT_TRUE(grants_host(network, "A.com.", 1));
    EXPECT_TRUE(grants_host(network, "x.b.com", 443));
    EXPECT_FALSE(grants_host(network, "b.com", 443));
    EXPECT_FALSE(grants_host(network, "xb.com", 443));
    EXPECT_TRUE(grants_host(network, "c.com", 8443));
    EXPECT_FALSE(grants_host(network, "c.com", 443));
    EXPECT_TRUE(grants_host(network, "::1", 80));
    EXPECT_FALSE(grants_host(network, "evil-a.com", 80));
}

TEST(Permissions, secrets_match_by_name_or_glob) {
    const Grant secrets = parsed(R"({"secrets": ["token", "deploy_*"]})").secrets;
    EXPECT_TRUE(grants_secret(secrets, "token"));
    EXPECT_TRUE(grants_secret(secrets, "deploy_key"));
    EXPECT_FALSE(grants_secret(secrets, "tokens"));
}

}  // namespace
}  // namespace sloth
