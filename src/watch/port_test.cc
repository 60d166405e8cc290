#include "watch/port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "tests/fakes/watch_bed.h"

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct PortWatcherTest : WatchBed {
    std::vector<std::string> with(std::vector<Listener> listeners) {
        host->listeners_ = std::move(listeners);
        return look_after(5s);
    }
    void watch_port(Json more = Json::object()) {
        Json fields{{"type", "port"}, {"port", 8080}, {"conditions", {"opened", "closed"}}};
        fields.update(more);
        watch(fields);
    }
};

TEST_F(PortWatcherTest, tells_when_somebody_listens_and_nobody_does_any_more) {
    watch_port();
    EXPECT_THAT(sightings, IsEmpty());
    EXPECT_THAT(with({{.port = 8080, .address = "0.0.0.0"}}), ElementsAre("port.opened"));
    EXPECT_EQ(data()["port"], 8080);
    EXPECT_EQ(data()["protocol"], "tcp");
    EXPECT_EQ(data()["address"], "0.0.0.0");
    EXPECT_EQ(data()["watcher_id"], "watcher-1");
    EXPECT_THAT(with({{.v6 = true, .port = 8080, .address = "::"}}), IsEmpty()) << "also IPv6";
    EXPECT_THAT(with({{.udp = true, .port = 8080}, {.port = 80}}), ElementsAre("port.closed"));
}

TEST_F(PortWatcherTest, keeps_udp_and_tcp_apart) {
    watch_port({{"protocol", "udp"}});
    EXPECT_THAT(with({{.port = 8080}}), IsEmpty());
    EXPECT_THAT(with({{.udp = true, .port = 8080, .address = "::"}}), ElementsAre("port.opened"));
    EXPECT_EQ(data()["protocol"], "udp");
}

TEST_F(PortWatcherTest, tells_what_changed_while_the_agent_was_down_as_inferred) {
    host->listeners_ = {{.port = 8080}};
    watch_port();
    restart();
    EXPECT_THAT(with({}), ElementsAre("port.closed"));
    EXPECT_TRUE(sightings[0].inferred);
}

TEST_F(PortWatcherTest, may_be_closed_for_a_moment_where_that_is_allowed) {
    host->listeners_ = {{.port = 8080}};
    watch_port({{"for", "10s"}});
    EXPECT_THAT(with({}), IsEmpty());
    EXPECT_THAT(with({{.port = 8080}}), IsEmpty());
    EXPECT_THAT(with({}), IsEmpty());
    EXPECT_THAT(with({}), IsEmpty());
    EXPECT_THAT(with({}), ElementsAre("port.closed"));
}

// A real socket that listens on a port of the system's choice.
struct Server {
    explicit Server(uint16_t wanted = 0) {
        fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            ADD_FAILURE() << "no socket can be had";
            return;
        }
        const int yes = 1;
        ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(wanted);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(fd, 8), 0);
        socklen_t length = sizeof address;
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
        port = ntohs(address.sin_port);
    }
    ~Server() { ::close(fd); }

    int fd = -1;
    uint16_t port = 0;
};

struct ConnectingTest : WatchBed {
    // The next connection, to its end.
    std::vector<std::string> connect() {
        clock.advance(5s);
        for (int i = 0; i < 100; ++i) {
            auto types = look();
            if (!again || save != Check::Save::no) return types;
            pollfd ready{notifier.fd(), POLLIN, 0};
            ::poll(&ready, 1, 50);
            take_notices();
            clock.advance(1ms);
        }
        return {"no outcome"};
    }
};

TEST_F(ConnectingTest, tells_whether_one_can_connect) {
    auto server = std::make_unique<Server>();
    const uint16_t port = server->port;
    ASSERT_TRUE(make({{"type", "port"},
                      {"port", port},
                      {"host", "127.0.0.1"},
                      {"conditions", {"opened", "closed"}}}));
    EXPECT_THAT(connect(), IsEmpty());
    EXPECT_THAT(connect(), IsEmpty());
    server.reset();
    EXPECT_THAT(connect(), ElementsAre("port.closed"));
    EXPECT_EQ(data()["host"], "127.0.0.1");
    EXPECT_EQ(data()["reason"], "connection refused");
    Server again(port);
    EXPECT_THAT(connect(), ElementsAre("port.opened"));
    EXPECT_TRUE(data().contains("latency_ms"));
    watcher.reset();
}

TEST_F(ConnectingTest, looks_up_a_name_in_the_background) {
    Server server;
    ASSERT_TRUE(make({{"type", "port"},
                      {"port", server.port},
                      {"host", "localhost"},
                      {"conditions", {"closed"}}}));
    EXPECT_THAT(connect(), IsEmpty());
    EXPECT_EQ(parse_json(watcher->baseline())->at("open"), true);
    watcher.reset();
}

TEST_F(ConnectingTest, gives_up_at_its_deadline) {
    Server server;
    ASSERT_TRUE(make({{"type", "port"},
                      {"port", server.port},
                      {"host", "127.0.0.1"},
                      {"timeout", "1s"},
                      {"conditions", {"closed"}}}));
    connect();
    // An address that is set aside for examples: nothing answers there.
    ASSERT_TRUE(make({{"type", "port"},
                      {"port", 9},
                      {"host", "192.0.2.1"},
                      {"timeout", "1s"},
                      {"conditions", {"closed"}}},
                     watcher->baseline()));
    look();
    if (again) {
        EXPECT_THAT(look_after(999ms), IsEmpty());
        EXPECT_THAT(look_after(1ms), ElementsAre("port.closed"));
        EXPECT_THAT(data()["reason"], testing::HasSubstr("no answer in time"));
    }
    watcher.reset();
}

TEST_F(ConnectingTest, tells_when_connecting_takes_too_long) {
    Server server;
    ASSERT_TRUE(make({{"type", "port"},
                      {"port", server.port},
                      {"conditions", {"above"}},
                      {"threshold", "200ms"}}));
    EXPECT_THAT(connect(), IsEmpty());
    clock.advance(5s);
    look();
    ASSERT_TRUE(again) << "the kernel answers, but the clock says that it took its time";
    EXPECT_THAT(look_after(300ms), ElementsAre("port.latency_high"));
    EXPECT_EQ(data()["latency_ms"], 300);
    EXPECT_EQ(data()["threshold"], 200);
    EXPECT_THAT(connect(), ElementsAre("port.latency_normal"));
    watcher.reset();
}

}  // namespace
}  // namespace sloth
