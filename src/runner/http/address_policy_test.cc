#include "runner/http/address_policy.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace sloth {
namespace {

Result<void> check(const AddressPolicy& policy, const std::string& text) {
    sockaddr_storage storage{};
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
    } else {
        EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr), 1) << text;
        v6->sin6_family = AF_INET6;
    }
    return check_address(policy, reinterpret_cast<const sockaddr*>(&storage));
}

TEST(AddressPolicy, keeps_hooks_from_metadata_and_link_local_by_default) {
    for (const char* address :
         {"169.254.169.254", "169.254.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192",
          "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
          "2002:a9fe:a9fe::1", "::169.254.169.254", "224.0.0.1", "255.255.255.255", "ff02::1"}) {
        EXPECT_EQ(check({}, address).error().code, Code::refused) << address;
    }
    for (const char* address : {"127.0.0.1", "::1", "10.1.2.3", "8.8.8.8", "2606:4700::1111"})
        EXPECT_TRUE(check({}, address)) << address;
}

TEST(AddressPolicy, can_keep_them_from_everything_internal) {
    const AddressPolicy strict{.link_local = false, .internal = false};
    for (const char* address : {"127.0.0.1", "127.8.9.1", "0.0.0.0", "0.1.2.3", "10.0.0.1",
                                "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "::1",
                                "::", "fc00::1", "fdff::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
                                "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"}) {
        EXPECT_EQ(check(strict, address).error().code, Code::refused) << address;
    }
    for (const char* address :
         {"172.32.0.1", "172.15.0.1", "100.128.0.1", "8.8.8.8", "2001:db8::1"})
        EXPECT_TRUE(check(strict, address)) << address;
}

TEST(AddressPolicy, says_which_address_and_why) {
    EXPECT_EQ(
        check({}, "169.254.169.254").error().message,
        "the address 169.254.169.254 is not allowed (link-local, where clouds keep metadata)");
    EXPECT_TRUE(check({.link_local = true}, "169.254.169.254"));
}

}  // namespace
}  // namespace sloth
