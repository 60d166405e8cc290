#include "transport/grpc/address.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(AddressTest, takes_what_stays_on_the_machine) {
    for (const char* address : {"unix:/run/sloth.sock", "unix:relative.sock", "127.0.0.1:50051",
                                "127.9.8.7:0", "[::1]:50051", "localhost:1"}) {
        EXPECT_TRUE(check_master_address(address)) << address;
    }
}

TEST(AddressTest, refuses_every_other_machine_with_the_reason) {
    for (const char* address : {"0.0.0.0:50051", "192.168.1.16:50051", "[::]:50051", "master:50051",
                                "[fe80::1]:1", "localhost.example.org:1", "1270.0.0.1:1"}) {
        const auto checked = check_master_address(address);
        ASSERT_FALSE(checked) << address;
        EXPECT_EQ(checked.error().code, Code::refused) << address;
        EXPECT_FALSE(checked.error().hint.empty());
    }
}

TEST(AddressTest, refuses_what_is_no_address) {
    for (const char* address : {"", "unix:", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", ":50051",
                                "::1:50051", "127.0.0.1:5x"}) {
        const auto checked = check_master_address(address);
        ASSERT_FALSE(checked) << address;
        EXPECT_EQ(checked.error().code, Code::invalid) << address;
    }
}

}  // namespace
}  // namespace sloth
