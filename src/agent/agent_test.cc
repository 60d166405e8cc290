#include "tests/fakes/agent_bed.h"

namespace sloth {
namespace {

using testing::HasSubstr;
struct AgentTest : AgentBed {};

TEST_F(AgentTest, sends_what_a_watcher_saw_within_a_few_milliseconds) {
    connect();
    watch("a");
    folder.write("a", "1");
    run_for(10ms);
    ASSERT_EQ(uplink.batches.size(), 1u);
    EXPECT_EQ(uplink.batches[0][0].event.type, "file.created");
    EXPECT_EQ(uplink.batches[0][0].event.agent, "web-01");
    EXPECT_EQ(store.outbox.size(), 1u);
    ack();
    EXPECT_EQ(store.outbox.size(), 0u);
}

TEST_F(AgentTest, collects_what_comes_while_a_batch_is_in_flight) {
    folder.make("d");
    connect();
    watch("d");
    folder.write("d/first", "1");
    run_for(10ms);
    ASSERT_EQ(uplink.batches.size(), 1u);
    for (int i = 0; i < 70; ++i) folder.write("d/" + std::to_string(i), "1");
    run_for(100ms);
    ASSERT_EQ(uplink.batches.size(), 1u);
    ack();
    ASSERT_EQ(uplink.batches.size(), 2u);
    EXPECT_EQ(uplink.batches[1].size(), 50u);
    ack();
    ASSERT_EQ(uplink.batches.size(), 3u);
    EXPECT_EQ(uplink.batches[2].size(), 20u);
    ack();
    EXPECT_EQ(store.outbox.size(), 0u);
}

TEST_F(AgentTest, keeps_events_until_the_master_has_acknowledged_them) {
    connect();
    watch("a");
    folder.write("a", "1");
    run_for(10ms);
    ASSERT_EQ(uplink.batches.size(), 1u);
    uplink.break_stream();
    run_for(1s);
    EXPECT_EQ(uplink.connects, 2);
    EXPECT_EQ(store.outbox.size(), 1u);
    restart();
    connect();
    ASSERT_EQ(uplink.batches.size(), 1u);
    EXPECT_EQ(uplink.batches[0][0].event.type, "file.created");
}

TEST_F(AgentTest, does_not_send_again_what_the_master_has_already) {
    connect();
    watch("a");
    folder.write("a", "1");
    run_for(10ms);
    const uint64_t sent = uplink.batches.back().back().sequence;
    uplink.batches.clear();
    uplink.break_stream();
    run_for(1s);
    uplink.say(UplinkWelcome{sent});
    run_for(1s);
    EXPECT_TRUE(uplink.batches.empty());
    EXPECT_TRUE(store.outbox.empty());
}

TEST_F(AgentTest, sends_again_more_and_more_slowly_what_is_not_acknowledged) {
    connect();
    watch("a");
    folder.write("a", "1");
    run_for(10ms);
    for (int i = 0; i < 20; ++i) {
        uplink.say(UplinkAck{0});  // it lives, and has no room
        run_for(1s);
    }
    EXPECT_EQ(uplink.batches.size(), 4u);  // at 0, 2, 6 and 14 s
    for (const auto& batch : uplink.batches) {
        EXPECT_EQ(batch[0].sequence, uplink.batches[0][0].sequence);
    }
}

TEST_F(AgentTest, sends_heartbeats_and_gives_up_a_silent_master) {
    connect();
    run_for(14s);
    EXPECT_EQ(uplink.heartbeats, 2);
    EXPECT_TRUE(uplink.open);
    run_for(1s);
    EXPECT_FALSE(uplink.open);
    run_for(1s);
    EXPECT_EQ(uplink.connects, 2);
}

TEST_F(AgentTest, calls_again_later_and_later) {
    step();
    std::vector<Micros> waits;
    for (int i = 0; i < 12; ++i) {
        const MonoTime broken = clock.mono();
        uplink.break_stream();
        const int before = uplink.connects;
        while (true) {
            const MonoTime next = step();
            if (uplink.connects != before) break;
            clock.advance(std::chrono::ceil<Micros>(next - clock.mono()));
        }
        waits.push_back(std::chrono::floor<Micros>(clock.mono() - broken));
    }
    EXPECT_LE(waits[0], 200ms);
    EXPECT_GE(waits[11], 15s);
    EXPECT_LE(waits[11], 30s);
}

TEST_F(AgentTest, loses_nothing_while_its_disk_is_full) {
    folder.write("a", "1");
    connect();
    watch("a");
    store.fault = Error{Code::exhausted, "disk full", {}};
    folder.write("a", "22");
    run_for(5s);
    EXPECT_TRUE(store.outbox.empty());
    store.fault.reset();
    run_for(1s);
    ASSERT_EQ(store.outbox.size(), 1u);
    EXPECT_THAT(store.outbox[0].event.data, HasSubstr("\"old_size\":1,\"new_size\":2"));
}

TEST_F(AgentTest, ends_when_its_store_cannot_be_trusted) {
    folder.write("a", "1");
    connect();
    watch("a");
    store.fault = Error{Code::corrupt, "the disk did not flush", {}};
    folder.write("a", "22");
    clock.advance(10s);
    EXPECT_FALSE(agent->step());
}

}  // namespace
}  // namespace sloth
