// The link and the uplink against each other, message by message, with a clock moved by hand.
#include "transport/grpc/uplink.h"

#include <deque>

#include "tests/agent/link_fixture.h"
#include "wire/convert.h"

namespace sloth {
namespace {

// One agent's end, driven by the test.
class Caller {
 public:
    explicit Caller(std::shared_ptr<grpc::Channel> channel) : uplink(std::move(channel)) {
        uplink.on_message([ring = ring_] { ring->update([](int& count) { ++count; }); });
    }

    void connect(const std::string& name, const std::string& epoch) {
        uplink.connect({.name = name, .version = "1", .tags = {"t"}}, epoch);
    }
    void send(uint64_t sequence, const std::string& id, const std::string& type = "file.modified") {
        const OutboxEntry entry{sequence, {.id = id, .type = type, .agent = "somebody else"}};
        uplink.send_events({&entry, 1});
    }
    // The next message, of the kind that is expected.
    template <class T>
    std::optional<T> next() {
        while (messages_.empty()) {
            const int seen = ring_->update([](int& count) { return count; });
            for (UplinkMessage& message : uplink.poll()) messages_.push_back(std::move(message));
            if (!messages_.empty()) break;
            const bool rung = ring_->wait_for(
                30s, [&](int count) { return count > seen; },
                [&](int count) { return count > seen; });
            if (!rung) return {};
        }
        const UplinkMessage message = std::move(messages_.front());
        messages_.pop_front();
        if (const T* wanted = std::get_if<T>(&message)) return *wanted;
        return {};
    }

    GrpcUplink uplink;

 private:
    std::shared_ptr<Signal<int>> ring_ = std::make_shared<Signal<int>>();
    std::deque<UplinkMessage> messages_;
};

struct UplinkTest : testing::Test {
    UplinkTest() { serve({}); }
    void serve(const AgentLink::Options& options) {
        link = std::make_unique<AgentLink>(
            options,
            AgentLink::Parts{
                agents,
                [this](std::vector<Event> events, std::optional<AgentPosition> position,
                       AppendDone done) {
                    intake.append(std::move(events), std::move(position), std::move(done));
                },
                [this](std::string_view agent) { return intake.position(agent); }, clock, log});
        grpc::ServerBuilder builder;
        builder.RegisterService(link.get());
        server = builder.BuildAndStart();
    }
    ~UplinkTest() override { shut_down(); }
    void shut_down() {
        if (!server) return;
        link->close();
        server->Shutdown(std::chrono::system_clock::now() + 1s);
        server.reset();
    }
    std::unique_ptr<Caller> call(const std::string& name, const std::string& epoch) {
        auto caller = std::make_unique<Caller>(server->InProcessChannel(grpc::ChannelArguments()));
        caller->connect(name, epoch);
        return caller;
    }

    FakeClock clock;
    Log log{{.level = LogLevel::error}};
    MemoryAgents agents;
    MemoryIntake intake;
    std::unique_ptr<AgentLink> link;
    std::unique_ptr<grpc::Server> server;
};

TEST_F(UplinkTest, stores_once_what_is_sent_again_after_a_lost_acknowledgement) {
    auto first = call("web-01", "e1");
    ASSERT_EQ(first->next<UplinkWelcome>()->sequence, 0u);
    first->send(1, "a");
    ASSERT_EQ(first->next<UplinkAck>()->sequence, 1u);
    first.reset();  // as if the acknowledgement had never come
    auto second = call("web-01", "e1");
    ASSERT_EQ(second->next<UplinkWelcome>()->sequence, 1u);
    second->send(1, "a");
    ASSERT_EQ(second->next<UplinkAck>()->sequence, 1u);
    second->send(2, "b");
    ASSERT_EQ(second->next<UplinkAck>()->sequence, 2u);
    EXPECT_EQ(intake.of_type("file.modified").size(), 2u);
}

TEST_F(UplinkTest, believes_the_stream_and_not_the_event_about_who_it_is) {
    auto agent = call("web-01", "e1");
    ASSERT_TRUE(agent->next<UplinkWelcome>());
    agent->send(1, "a");
    ASSERT_TRUE(agent->next<UplinkAck>());
    EXPECT_EQ(intake.of_type("file.modified")[0].agent, "web-01");
    EXPECT_EQ(intake.of_type("file.modified")[0].source, "agent:web-01");
}

TEST_F(UplinkTest, refuses_a_bad_event_alone) {
    auto agent = call("web-01", "e1");
    ASSERT_TRUE(agent->next<UplinkWelcome>());
    const std::vector<OutboxEntry> batch{{1, {.id = "a", .type = "file.created"}},
                                         {2, {.id = "b", .type = "no type at all"}},
                                         {3, {.id = "c", .type = "file.created", .data = "[1]"}},
                                         {4, {.id = "d", .type = "file.created"}}};
    agent->uplink.send_events(batch);
    EXPECT_EQ(agent->next<UplinkAck>()->sequence, 4u);
    EXPECT_EQ(intake.of_type("file.created").size(), 2u);
    agent->send(5, "e", "also not a type");
    EXPECT_EQ(agent->next<UplinkAck>()->sequence, 5u);
}

TEST_F(UplinkTest, acknowledges_nothing_that_is_not_stored) {
    auto agent = call("web-01", "e1");
    ASSERT_TRUE(agent->next<UplinkWelcome>());
    const int before = intake.state.update([](auto& s) {
        s.fault = Error{Code::exhausted, "disk full", {}};
        return s.appends;
    });
    agent->send(1, "a");
    ASSERT_TRUE(intake.wait([&](const auto& s) { return s.appends > before; }));
    EXPECT_EQ(agent->next<UplinkHold>()->wait, 250ms);
    agent->uplink.send_heartbeat();
    EXPECT_EQ(agent->next<UplinkAck>()->sequence, 0u);
    intake.state.update([](auto& s) { s.fault.reset(); });
    agent->send(1, "a");
    EXPECT_EQ(agent->next<UplinkAck>()->sequence, 1u);
}

TEST_F(UplinkTest, holds_an_agent_that_sends_more_than_its_rate) {
    shut_down();
    serve({.rate = 10});
    auto agent = call("web-01", "e1");
    ASSERT_TRUE(agent->next<UplinkWelcome>());
    uint64_t sent = 0;
    for (; sent < 10; ++sent) {  // a second's worth may come at once
        agent->send(sent + 1, fmt::format("e{}", sent));
        ASSERT_EQ(agent->next<UplinkAck>()->sequence, sent + 1);
    }
    agent->send(11, "x");
    ASSERT_EQ(agent->next<UplinkAck>()->sequence, 11u);
    agent->send(12, "y");
    const auto held = agent->next<UplinkHold>();
    ASSERT_TRUE(held);
    EXPECT_EQ(held->wait, 100ms);
    clock.advance(held->wait);
    agent->send(12, "y");
    EXPECT_EQ(agent->next<UplinkAck>()->sequence, 12u);
}

TEST_F(UplinkTest, refuses_a_second_agent_of_the_same_name) {
    auto first = call("web-01", "e1");
    ASSERT_TRUE(first->next<UplinkWelcome>());
    auto second = call("web-01", "e2");
    const auto closed = second->next<UplinkClosed>();
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->error.code, Code::conflict);
    clock.advance(16s);  // the first one has fallen silent
    second->connect("web-01", "e2");
    EXPECT_TRUE(second->next<UplinkWelcome>());
    EXPECT_TRUE(first->next<UplinkClosed>());
}

TEST_F(UplinkTest, lets_an_agent_replace_its_own_older_stream) {
    auto first = call("web-01", "e1");
    ASSERT_TRUE(first->next<UplinkWelcome>());
    auto second = call("web-01", "e1");
    ASSERT_TRUE(second->next<UplinkWelcome>());
    ASSERT_TRUE(first->next<UplinkClosed>());
    second->send(1, "a");
    EXPECT_TRUE(second->next<UplinkAck>());
    EXPECT_EQ(agents.get("web-01")->status, AgentStatus::connected);
    EXPECT_EQ(intake.of_type("agent.disconnected").size(), 1u);
    EXPECT_EQ(intake.of_type("agent.connected").size(), 2u);
    EXPECT_EQ(intake.of_type("agent.registered").size(), 1u);
}

TEST_F(UplinkTest, finds_an_agent_that_has_fallen_silent) {
    auto agent = call("web-01", "e1");
    ASSERT_TRUE(agent->next<UplinkWelcome>());
    clock.advance(15s);
    link->step();
    EXPECT_TRUE(intake.of_type("agent.heartbeat_failed").empty());
    agent->uplink.send_heartbeat();
    ASSERT_TRUE(agent->next<UplinkAck>());
    clock.advance(15s);
    link->step();
    EXPECT_TRUE(intake.of_type("agent.heartbeat_failed").empty());
    clock.advance(1s);
    link->step();
    ASSERT_EQ(intake.of_type("agent.heartbeat_failed").size(), 1u);
    const Json data = *parse_json(intake.of_type("agent.heartbeat_failed")[0].data);
    EXPECT_EQ(data["agent"]["name"], "web-01");
    EXPECT_EQ(data["agent"]["tags"][0], "t");
    EXPECT_EQ(data["consecutive_failures"], 3);
    EXPECT_TRUE(data.contains("last_seen"));
    EXPECT_EQ(agents.get("web-01")->status, AgentStatus::lost);
    EXPECT_TRUE(agent->next<UplinkClosed>());
}

TEST_F(UplinkTest, finds_an_agent_that_does_not_come_back_after_a_restart_of_the_master) {
    ASSERT_TRUE(agents.upsert({.name = "gone", .status = AgentStatus::connected}));
    ASSERT_TRUE(agents.upsert({.name = "back", .status = AgentStatus::connected}));
    ASSERT_TRUE(link->start());
    EXPECT_EQ(agents.get("gone")->status, AgentStatus::disconnected);
    auto back = call("back", "e1");
    ASSERT_TRUE(back->next<UplinkWelcome>());
    clock.advance(61s);
    back->uplink.send_heartbeat();
    ASSERT_TRUE(back->next<UplinkAck>());
    link->step();
    ASSERT_EQ(intake.of_type("agent.heartbeat_failed").size(), 1u);
    EXPECT_EQ(intake.of_type("agent.heartbeat_failed")[0].agent, "gone");
}

TEST_F(UplinkTest, does_not_wait_for_an_answer_for_ever) {
    auto agent = call("web-01", "e1");
    ASSERT_TRUE(agent->next<UplinkWelcome>());
    const auto late = link->request("web-01", UplinkRequest::Kind::watcher_list, "", "", 1ms);
    EXPECT_EQ(late.error().code, Code::timed_out);
    const auto asked = agent->next<UplinkRequest>();
    ASSERT_TRUE(asked);
    agent->uplink.send_reply({asked->request, "[]"});
    agent->send(1, "a");
    EXPECT_TRUE(agent->next<UplinkAck>());
}

// A master of a later version: asks at once what this one does not know.
class LaterMaster final : public v1::AgentLink::Service {
 public:
    grpc::Status Connect(
        grpc::ServerContext*,
        grpc::ServerReaderWriter<v1::MasterMessage, v1::AgentMessage>* stream) override {
        v1::AgentMessage message;
        v1::MasterMessage question;
        question.mutable_request()->set_request(7);
        question.mutable_request()->set_kind(v1::Request::Kind(99));
        if (stream->Read(&message) && stream->Write(question) && stream->Read(&message)) {
            answer.update([&](auto& a) { a = message.reply(); });
        }
        return grpc::Status::OK;
    }

    Signal<std::optional<v1::Reply>> answer;
};

TEST(UplinkRefusalTest, answers_at_once_that_it_does_not_know_what_it_is_asked) {
    LaterMaster master;
    grpc::ServerBuilder builder;
    builder.RegisterService(&master);
    const auto server = builder.BuildAndStart();
    Caller caller(server->InProcessChannel(grpc::ChannelArguments()));
    caller.connect("web-01", "e1");
    EXPECT_TRUE(caller.next<UplinkClosed>());  // and nothing of it comes up to the agent
    master.answer.update([](const auto& answer) {
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->request(), 7u);
        EXPECT_EQ(wire::to_domain(answer->error()).code, Code::invalid);
    });
    server->Shutdown(std::chrono::system_clock::now() + 1s);
}

TEST_F(UplinkTest, refuses_a_hello_that_is_none) {
    auto agent = call("web 01", "e1");
    const auto closed = agent->next<UplinkClosed>();
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->error.code, Code::invalid);
}

TEST_F(UplinkTest, ends_with_the_master_and_without_it) {
    auto agent = call("web-01", "e1");
    ASSERT_TRUE(agent->next<UplinkWelcome>());
    shut_down();
    EXPECT_TRUE(agent->next<UplinkClosed>());
    agent->uplink.send_heartbeat();
    agent->uplink.close();
    agent->uplink.close();
}

}  // namespace
}  // namespace sloth
