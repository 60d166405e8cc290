// From a changed file to the master's intake and back: watcher, outbox, uplink and link as they
// are.
#include <fstream>
#include <thread>

#include "agent/agent.h"
#include "storage/sqlite/watcher_store.h"
#include "tests/agent/link_fixture.h"
#include "tests/fakes/fake_host.h"
#include "transport/grpc/channel.h"
#include "transport/grpc/uplink.h"
#include "watch/kernel_notifier.h"

namespace sloth {
namespace {

class RealClock final : public Clock {
 public:
    WallTime wall() override {
        return std::chrono::floor<Micros>(std::chrono::system_clock::now());
    }
    MonoTime mono() override { return std::chrono::steady_clock::now(); }
};

struct AgentLinkTest : testing::Test {
    AgentLinkTest() {
        std::string pattern = testing::TempDir() + "agent_link_XXXXXX";
        folder = ::mkdtemp(pattern.data());
    }
    ~AgentLinkTest() override {
        stop_agent();
        stop_master();
        std::filesystem::remove_all(folder);
    }

    std::string address() const { return "unix:" + (folder / "master.sock").string(); }

    void start_master() {
        link = std::make_unique<AgentLink>(
            AgentLink::Options{},
            AgentLink::Parts{
                agents,
                [this](std::vector<Event> events, std::optional<AgentPosition> position,
                       AppendDone done) {
                    intake.append(std::move(events), std::move(position), std::move(done));
                },
                [this](std::string_view agent) { return intake.position(agent); }, clock, log});
        ASSERT_TRUE(link->start());
        grpc::ServerBuilder builder;
        builder.AddListeningPort(address(), grpc::InsecureServerCredentials());
        builder.RegisterService(link.get());
        server = builder.BuildAndStart();
        ASSERT_TRUE(server);
    }
    void stop_master() {
        if (!server) return;
        link->close();
        server->Shutdown(std::chrono::system_clock::now() + 1s);
        server.reset();
        link.reset();
    }

    void start_agent() {
        auto opened = SqliteWatcherStore::open(folder / "agent.db", random);
        ASSERT_TRUE(opened) << opened.error().message;
        store = std::move(*opened);
        uplink = std::make_unique<GrpcUplink>(grpc::CreateChannel(
            "unix:" + (folder / "master.sock").string(), grpc::InsecureChannelCredentials()));
        LocalAgent::Options options;
        options.self = {
            .name = "web-01", .version = "1", .tags = {"web"}, .system_info = R"({"os":"linux"})"};
        agent = std::make_unique<LocalAgent>(
            options, LocalAgent::Parts{*store, inotify, machine, *uplink, clock, random, log});
        thread = std::jthread([this](std::stop_token stop) { (void)agent->run(stop); });
    }
    void stop_agent() {
        if (!agent) return;
        thread.request_stop();
        thread.join();
        agent.reset();
        uplink.reset();
        store.reset();
    }

    Result<std::string> create_watcher(const std::string& path) {
        const Json spec{{"id", "watcher-1"},
                        {"revision", 1},
                        {"type", "file"},
                        {"conditions", {"created", "changed", "deleted"}},
                        {"path", path}};
        return link->request("web-01", UplinkRequest::Kind::watcher_put, "", spec.dump());
    }
    void write(const std::string& name, const std::string& text) {
        std::ofstream(folder / name, std::ios::binary) << text;
    }

    std::filesystem::path folder;
    RealClock clock;
    CountingRandom random;
    Log log{{.level = LogLevel::error}};
    MemoryAgents agents;
    MemoryIntake intake;
    std::unique_ptr<AgentLink> link;
    std::unique_ptr<grpc::Server> server;
    KernelNotifier inotify;
    Machine machine{std::make_shared<FakeHost>(), inotify};
    std::unique_ptr<SqliteWatcherStore> store;
    std::unique_ptr<GrpcUplink> uplink;
    std::unique_ptr<LocalAgent> agent;
    std::jthread thread;
};

TEST_F(AgentLinkTest, carries_a_changed_file_into_the_intake) {
    start_master();
    start_agent();
    ASSERT_TRUE(intake.wait_for_type("agent.connected"));
    write("seen.txt", "one");
    const auto created = create_watcher((folder / "seen.txt").string());
    ASSERT_TRUE(created) << created.error().message;

    write("seen.txt", "something longer");
    ASSERT_TRUE(intake.wait_for_type("file.modified"));
    const Event event = intake.of_type("file.modified")[0];
    EXPECT_EQ(event.agent, "web-01");
    EXPECT_EQ(event.source, "agent:web-01");
    const auto data = parse_json(event.data);
    ASSERT_TRUE(data);
    EXPECT_EQ((*data)["path"], (folder / "seen.txt").string());
    EXPECT_EQ((*data)["new_size"], 16);
    EXPECT_EQ(intake.of_type("agent.registered").size(), 1u);
}

TEST_F(AgentLinkTest, comes_back_when_the_master_does_and_loses_nothing) {
    start_master();
    start_agent();
    ASSERT_TRUE(intake.wait_for_type("agent.connected"));
    std::filesystem::create_directory(folder / "d");
    ASSERT_TRUE(create_watcher((folder / "d").string()));
    stop_master();
    for (int i = 0; i < 20; ++i) write("d/" + std::to_string(i), "1");
    start_master();
    ASSERT_TRUE(intake.wait_for_type("file.created", 20));
    EXPECT_TRUE(intake.wait_for_type("agent.connected", 2));
    EXPECT_EQ(intake.of_type("file.created").size(), 20u);
    EXPECT_EQ(intake.of_type("agent.registered").size(), 1u);
}

TEST_F(AgentLinkTest, catches_up_with_ten_minutes_of_events_in_their_order) {
    {
        auto store = SqliteWatcherStore::open(folder / "agent.db", random);
        ASSERT_TRUE(store) << store.error().message;
        Observation ten_minutes{"", {}, {}};
        for (int i = 0; i < 12'000; ++i) {
            ten_minutes.events.push_back({.id = std::to_string(i),
                                          .type = "file.modified",
                                          .data = "{\"text\":\"" + std::string(300, 'x') + "\"}",
                                          .timestamp = clock.wall()});
        }
        ASSERT_TRUE((*store)->store({&ten_minutes, 1}));
    }
    start_master();
    start_agent();
    ASSERT_TRUE(intake.wait_for_type("file.modified", 12'000));
    const std::vector<Event> events = intake.of_type("file.modified");
    ASSERT_EQ(events.size(), 12'000u);
    for (int i = 0; i < 12'000; ++i) ASSERT_EQ(events[size_t(i)].id, std::to_string(i));
}

TEST_F(AgentLinkTest, passes_an_agents_answer_through_as_it_is) {
    start_master();
    start_agent();
    ASSERT_TRUE(intake.wait_for_type("agent.connected"));
    const auto refused = link->request("web-01", UplinkRequest::Kind::watcher_put, "",
                                       R"({"id":"watcher-1","revision":1,"type":"file",)"
                                       R"("path":"/x","conditions":["exploded"]})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::invalid);
    EXPECT_NE(refused.error().hint.find("changed"), std::string::npos);
    const auto missing = link->request("web-01", UplinkRequest::Kind::watcher_get, "watcher-x", "");
    EXPECT_EQ(missing.error().code, Code::not_found);
    EXPECT_EQ(*link->request("web-01", UplinkRequest::Kind::watcher_list, "", ""), "[]");
    EXPECT_EQ(link->request("web-02", UplinkRequest::Kind::watcher_list, "", "").error().code,
              Code::not_found);
    stop_agent();
    ASSERT_TRUE(intake.wait_for_type("agent.disconnected"));
    EXPECT_EQ(link->request("web-01", UplinkRequest::Kind::watcher_list, "", "").error().code,
              Code::unreachable);
    EXPECT_EQ(agents.get("web-01")->status, AgentStatus::disconnected);
}

}  // namespace
}  // namespace sloth
