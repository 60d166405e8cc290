#include "watch/proc_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ProcText, reads_cpu_times_of_all_cores) {
    const auto reading = parse_cpu(
        "cpu  100 10 50 800 20 5 15 0 30 0\n"
        "cpu0 50 5 25 400 10 5 5 0 0 0\n"
        "cpu3 50 5 25 400 10 0 10 0 0 0\n"
        "intr 12345\n",
        "0.52 0.58 1.59 1/1058 12345\n");
    ASSERT_TRUE(reading);
    EXPECT_EQ(reading->all.total, 1000u);
    EXPECT_EQ(reading->all.busy, 180u) << "waiting for a disk is not work";
    ASSERT_EQ(reading->cores.size(), 2u);
    EXPECT_EQ(reading->cores[1].first, 3);
    EXPECT_EQ(reading->load_1min, 0.52);
    EXPECT_EQ(reading->load_15min, 1.59);
    EXPECT_FALSE(parse_cpu("nonsense", ""));
}

TEST(ProcText, reads_memory_also_of_kernels_that_do_not_estimate) {
    const auto reading = parse_memory(
        "MemTotal:       16000 kB\nMemFree: 1000 kB\nMemAvailable:    9000 kB\nBuffers: 5 kB\n"
        "SwapTotal:       2000 kB\nSwapFree:        500 kB\n");
    ASSERT_TRUE(reading);
    EXPECT_EQ(reading->total, 16000u * 1024);
    EXPECT_EQ(reading->available, 9000u * 1024);
    EXPECT_EQ(reading->swap_free, 500u * 1024);
    const auto old =
        parse_memory("MemTotal: 100 kB\nMemFree: 10 kB\nBuffers: 5 kB\nCached: 20 kB\n");
    EXPECT_EQ(old->available, 35u * 1024);
    EXPECT_FALSE(parse_memory(""));
    EXPECT_EQ(parse_pressure("some avg10=1.53 avg60=0.00 total=0\nfull avg10=0.1\n"), 1.53);
    EXPECT_FALSE(parse_pressure(""));
}

TEST(ProcText, reads_the_mounts_that_can_run_full) {
    const auto mounts = parse_mounts(
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "23 22 0:21 / /proc rw - proc proc rw\n"
        "24 22 0:22 / /run rw shared:5 - tmpfs tmpfs rw\n"
        "25 22 8:17 / /srv/my\\040data rw shared:1 master:2 - xfs /dev/sdb1 rw\n"
        "26 22 8:1 /home /bind rw - ext4 /dev/sda1 rw\n"
        "27 22 0:50 / /mnt/nfs rw - nfs4 server:/x rw\n"
        "28 22 7:0 / /snap/core rw - squashfs /dev/loop0 ro\n"
        "29 22 0:60 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw\n");
    std::vector<std::string> points;
    for (const Mount& mount : mounts) points.push_back(mount.point);
    EXPECT_THAT(points, ElementsAre("/", "/srv/my data", "/mnt/nfs"));
    EXPECT_EQ(mounts[1].type, "xfs");
    EXPECT_EQ(mounts[1].source, "/dev/sdb1");
}

TEST(ProcText, reads_a_process_whatever_it_calls_itself) {
    auto process = parse_process(
        "42 (we) ird (x) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 1 0 98765 1000 25 18446\n",
        4096);
    ASSERT_TRUE(process);
    EXPECT_EQ(process->pid, 42);
    EXPECT_EQ(process->parent, 7);
    EXPECT_EQ(process->name, "we) ird (x");
    EXPECT_EQ(process->cpu, 200u);
    EXPECT_EQ(process->started, 98765u);
    EXPECT_EQ(process->rss, 25u * 4096);
    EXPECT_FALSE(parse_process("42 (dead) Z 7 42\n", 4096));
    EXPECT_FALSE(parse_process("", 4096));
    using namespace std::string_literals;
    put_command("/usr/bin/java\0-jar\0a.jar\0"s, *process);
    EXPECT_EQ(process->command, "/usr/bin/java -jar a.jar");
    EXPECT_EQ(process->program, 13u);
}

TEST(ProcText, reads_listening_sockets_only) {
    std::vector<Listener> listeners;
    parse_listeners(
        "  sl  local_address rem_address   st tx_queue\n"
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000\n"
        "   1: 0100007F:0050 0100007F:1F90 01 00000000:00000000 00:00000000\n",
        false, false, listeners);
    parse_listeners(
        "  sl  local_address rem_address\n"
        "   0: 00000000000000000000000001000000:0035 "
        "00000000000000000000000000000000:0000 07 00000000:00000000\n",
        true, true, listeners);
    EXPECT_THAT(listeners,
                ElementsAre(Listener{.port = 8080, .address = "127.0.0.1"},
                            Listener{.udp = true, .v6 = true, .port = 53, .address = "::1"}));
}

TEST(ProcText, passes_over_sockets_that_it_cannot_read) {
    std::vector<Listener> listeners;
    for (const bool v6 : {false, true}) {
        parse_listeners(
            "titles\n"
            "   0: 01F00:1F90 00000000:0000 0A\n"
            "   1: 0100007F 00000000:0000 0A\n",
            false, v6, listeners);
    }
    EXPECT_THAT(listeners, IsEmpty());
}

TEST(ProcText, finds_a_users_number) {
    const std::string_view passwd =
        "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/:/bin/sh\n";
    EXPECT_EQ(parse_user_id(passwd, "www-data"), 33u);
    EXPECT_EQ(parse_user_id(passwd, "root"), 0u);
    EXPECT_FALSE(parse_user_id(passwd, "www"));
}

}  // namespace
}  // namespace sloth
