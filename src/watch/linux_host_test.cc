#include "watch/linux_host.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/fakes/temp_folder.h"

namespace sloth {
namespace {

using testing::Contains;
using testing::Field;

TEST(LinuxHostTest, reads_a_machine_that_is_made_up) {
    TempFolder folder;
    folder.make("proc/42");
    folder.make("proc/sys/kernel/random");
    folder.make("proc/net");
    folder.make("etc");
    folder.write("proc/stat", "cpu 1 1 1 1 1 1 1 1\ncpu0 1 1 1 1 1 1 1 1\n");
    folder.write("proc/loadavg", "1.25 0 0 1/1 1\n");
    folder.write("proc/42/stat", "42 (nginx) S 1 1 1 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 5 0 1\n");
    folder.write("proc/42/cmdline", std::string("nginx\0-g\0", 9));
    folder.write("proc/sys/kernel/random/boot_id", "abc-def\n");
    folder.write("proc/net/tcp", "titles\n 0: 00000000:0050 00000000:0000 0A 00000000:00000000\n");
    folder.write("etc/passwd", "www:x:33:33::/:\n");
    LinuxHost host(folder.path().string());
    EXPECT_EQ(host.cpu()->load_1min, 1.25);
    const auto processes = host.processes();
    ASSERT_TRUE(processes);
    ASSERT_EQ(processes->size(), 1u);
    EXPECT_EQ(processes->front().command, "nginx -g");
    EXPECT_EQ(host.boot_id(), "abc-def");
    EXPECT_EQ(host.listeners()->front().port, 80);
    EXPECT_EQ(*host.user_id("www"), 33u);
    EXPECT_FALSE(host.user_id("nobody"));
    EXPECT_FALSE(host.memory());
}

TEST(LinuxHostTest, reads_this_machine) {
    LinuxHost host;
    EXPECT_GT(host.cpu()->all.total, 0u);
    EXPECT_GT(host.memory()->total, 0u);
    EXPECT_GT(host.space("/")->total, 0u);
    EXPECT_EQ(host.space("/nowhere/at/all").error().code, Code::not_found);
    EXPECT_EQ(*host.user_id("root"), 0u);
    EXPECT_THAT(*host.interfaces(), Contains(Field(&InterfaceReading::name, "lo")));
    const auto own = host.process(::getpid());
    ASSERT_TRUE(own);
    EXPECT_EQ(own->uid, ::geteuid());
    EXPECT_THAT(*host.processes(), Contains(Field(&ProcessReading::pid, ::getpid())));
}

// Asked over netlink, and read from the kernel's tables, it is the same.
TEST(LinuxHostTest, finds_a_listening_socket_both_ways) {
    for (const int family : {AF_INET, AF_INET6}) {
        for (const int kind : {SOCK_STREAM, SOCK_DGRAM}) {
            const Fd fd(::socket(family, kind | SOCK_CLOEXEC, 0));
            sockaddr_in6 address{};
            address.sin6_family = sa_family_t(family);
            socklen_t length = family == AF_INET ? sizeof(sockaddr_in) : sizeof address;
            if (!fd || ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), length) != 0) {
                continue;  // no IPv6 here
            }
            ::listen(fd.get(), 1);
            ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length);
            const Listener wanted{.udp = kind == SOCK_DGRAM,
                                  .v6 = family == AF_INET6,
                                  .port = ntohs(address.sin6_port),
                                  .address = family == AF_INET ? "0.0.0.0" : "::"};
            LinuxHost asked;
            EXPECT_THAT(*asked.listeners(), Contains(wanted));
            LinuxHost read("/.");
            EXPECT_THAT(*read.listeners(), Contains(wanted));
        }
    }
}

}  // namespace
}  // namespace sloth
