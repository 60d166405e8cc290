#include "watch/network.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "tests/fakes/watch_bed.h"
#include "watch/linux_host.h"

namespace sloth {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

struct NetworkWatcherTest : WatchBed {
    NetworkWatcher& network() { return static_cast<NetworkWatcher&>(*watcher); }
    void watch_eth0(Json more = Json::object()) {
        Json fields{{"type", "network"},
                    {"name", "eth0"},
                    {"conditions", {"up", "down"}},
                    {"interval", "1s"}};
        fields.update(more);
        host->interfaces_ = {{.name = "lo", .up = true}, {.name = "eth0", .up = true}};
        watch(fields);
    }
};

TEST_F(NetworkWatcherTest, tells_when_an_interface_goes_down_and_comes_up) {
    watch_eth0();
    host->interfaces_[1].up = false;
    EXPECT_THAT(look_after(1s), ElementsAre("network.down"));
    EXPECT_EQ(data()["interface"], "eth0");
    host->interfaces_[1].up = true;
    EXPECT_THAT(look_after(1s), ElementsAre("network.up"));
    host->interfaces_.pop_back();
    EXPECT_THAT(look_after(1s), ElementsAre("network.down")) << "it was taken out";
}

TEST_F(NetworkWatcherTest, tells_of_an_interruption_between_two_looks) {
    watch_eth0();
    EXPECT_FALSE(network().link_changed("lo", false));
    EXPECT_TRUE(network().link_changed("eth0", false));
    EXPECT_TRUE(network().link_changed("eth0", true));
    EXPECT_THAT(look_after(1s), ElementsAre("network.down", "network.up"));
    EXPECT_THAT(look_after(1s), IsEmpty());
}

TEST_F(NetworkWatcherTest, tells_what_happened_while_the_agent_was_down_as_inferred) {
    watch_eth0();
    restart();
    host->interfaces_[1].up = false;
    EXPECT_THAT(look_after(1s), ElementsAre("network.down"));
    EXPECT_TRUE(sightings[0].inferred);
}

TEST_F(NetworkWatcherTest, says_that_the_kernel_dropped_news) {
    watch_eth0();
    network().news_lost();
    EXPECT_THAT(look_after(1s), IsEmpty());
    EXPECT_THAT(gap, testing::HasSubstr("network interface"));
    look_after(1s);
    EXPECT_EQ(gap, "");
}

TEST_F(NetworkWatcherTest, measures_throughput_and_errors) {
    watch_eth0({{"conditions", {"above"}}, {"threshold", "1M"}});
    host->interfaces_[1].received += 1 << 20;
    EXPECT_THAT(look_after(1s), IsEmpty());
    host->interfaces_[1].received += 1 << 20;
    host->interfaces_[1].sent += 1 << 20;
    EXPECT_THAT(look_after(1s), ElementsAre("network.throughput_high"));
    EXPECT_EQ(data()["bytes_per_second"], 2 << 20);
    EXPECT_THAT(look_after(1s), ElementsAre("network.throughput_normal"));

    watch_eth0({{"conditions", {"above"}}, {"threshold", 0}, {"metric", "errors"}});
    look_after(1s);
    host->interfaces_[1].errors += 3;
    EXPECT_THAT(look_after(1s), ElementsAre("network.errors_high"));
    EXPECT_EQ(data()["errors_per_second"], 3);
    EXPECT_THAT(look_after(1s), ElementsAre("network.errors_normal"));
}

// An interface of the test's own: up while its descriptor is open and it is switched on.
struct Tunnel {
    Tunnel() : fd(::open("/dev/net/tun", O_RDWR | O_CLOEXEC)) {
        ifreq request{};
        request.ifr_flags = IFF_TUN | IFF_NO_PI;
        if (fd < 0 || ::ioctl(fd, TUNSETIFF, &request) != 0) return;
        name = request.ifr_name;
    }
    ~Tunnel() {
        if (fd >= 0) ::close(fd);
    }
    bool turn(bool on) const {
        ifreq request{};
        std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
        request.ifr_flags = on ? IFF_UP : 0;
        const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const bool done = ::ioctl(socket, SIOCSIFFLAGS, &request) == 0;
        ::close(socket);
        return done;
    }

    int fd = -1;
    std::string name;
};

TEST_F(NetworkWatcherTest, hears_of_a_real_interface_from_the_kernel) {
    const Tunnel tunnel;
    if (tunnel.name.empty()) GTEST_SKIP() << "no interface can be made here";
    Machine real(std::make_shared<LinuxHost>(), notifier);
    spec = *parse_watcher_spec(dump_json(Json{{"id", "watcher-1"},
                                              {"type", "network"},
                                              {"name", tunnel.name},
                                              {"conditions", {"up", "down"}}}));
    watcher = *make_watcher(spec, {}, {notifier, real, "web-01", kOwner});
    EXPECT_THAT(look(), IsEmpty());
    ASSERT_TRUE(tunnel.turn(true));
    EXPECT_THAT(wait_for_event(), Contains("network.up"));
    ASSERT_TRUE(tunnel.turn(false));
    EXPECT_THAT(wait_for_event(), Contains("network.down"));
    watcher.reset();
}

}  // namespace
}  // namespace sloth
