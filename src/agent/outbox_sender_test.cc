#include "agent/outbox_sender.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_uplink.h"
#include "tests/fakes/memory_watcher_store.h"

namespace sloth {
namespace {

struct OutboxSenderTest : testing::Test {
    OutboxSenderTest() { EXPECT_TRUE(sender.connected(0)); }

    void add(int count, size_t bytes = 2) {
        Observation added;
        for (int i = 0; i < count; ++i) {
            Event& event = added.events.emplace_back();
            event.id = std::to_string(++ids);
            event.data = std::string(bytes, 'x');
        }
        ASSERT_TRUE(store.store({&added, 1}));
        sender.added();
    }
    void step() { ASSERT_TRUE(sender.step(clock.mono())); }
    void ack() {
        ASSERT_TRUE(sender.acknowledged(uplink.batches.back().back().sequence));
        step();
    }
    std::vector<size_t> sizes() const {
        std::vector<size_t> all;
        for (const auto& batch : uplink.batches) all.push_back(batch.size());
        return all;
    }

    MemoryWatcherStore store;
    FakeUplink uplink;
    FakeClock clock;
    OutboxSender sender{{}, store, uplink};
    int ids = 0;
};

TEST_F(OutboxSenderTest, sends_the_batch_of_live_traffic_until_it_is_behind) {
    add(200);
    step();
    EXPECT_EQ(sizes(), (std::vector<size_t>{50}));
    add(800);
    ack();
    ack();
    ack();
    EXPECT_EQ(sizes(), (std::vector<size_t>{50, 500, 450}));
    EXPECT_EQ(store.outbox_size().events, 0u);
    EXPECT_FALSE(sender.next());
}

TEST_F(OutboxSenderTest, bounds_a_batch_by_its_bytes_but_sends_at_least_one) {
    add(3, 3 << 20);
    step();
    EXPECT_EQ(sizes(), (std::vector<size_t>{1}));
    ack();
    ack();
    ack();
    EXPECT_EQ(sizes(), (std::vector<size_t>{1, 1, 1}));
    add(300, 100'000);
    step();
    EXPECT_EQ(uplink.batches.back().size(), 10u);
}

TEST_F(OutboxSenderTest, sends_nothing_while_the_master_holds_it_and_then_the_same_again) {
    add(60);
    step();
    ack();
    ASSERT_EQ(sizes(), (std::vector<size_t>{50, 10}));
    sender.hold(3s, clock.mono());
    EXPECT_EQ(sender.next(), clock.mono() + 3s);
    add(5);
    clock.advance(2s);
    step();
    EXPECT_EQ(sizes().size(), 2u);
    EXPECT_EQ(sender.next(), clock.mono() + 1s);
    clock.advance(1s);
    step();
    ASSERT_EQ(sizes(), (std::vector<size_t>{50, 10, 15}));
    EXPECT_EQ(uplink.batches[2][0].sequence, 51u);
    ack();
    EXPECT_EQ(store.outbox_size().events, 0u);
}

TEST_F(OutboxSenderTest, rests_when_an_acknowledged_batch_cannot_be_deleted_and_deletes_it_later) {
    add(3);
    step();
    store.fault = Error{Code::exhausted, "disk full", {}};
    EXPECT_FALSE(sender.acknowledged(3));
    sender.added();  // as after any answer to an operator: there may be something new, and is not
    clock.advance(1s);
    for (int i = 0; i < 3; ++i) step();
    EXPECT_FALSE(sender.next());  // not at once, again and again
    EXPECT_EQ(sizes(), (std::vector<size_t>{3}));
    EXPECT_EQ(sender.handed_over(), 3u);
    store.fault.reset();
    add(1);
    step();
    ack();
    EXPECT_EQ(sizes(), (std::vector<size_t>{3, 1}));
    EXPECT_EQ(store.outbox_size().events, 0u);
    EXPECT_FALSE(sender.next());
}

TEST_F(OutboxSenderTest, deletes_what_it_could_not_when_the_master_says_it_again) {
    add(3);
    step();
    store.fault = Error{Code::exhausted, "disk full", {}};
    EXPECT_FALSE(sender.acknowledged(3));
    store.fault.reset();
    sender.disconnected();
    ASSERT_TRUE(sender.connected(3));
    EXPECT_EQ(store.outbox_size().events, 0u);
}

TEST_F(OutboxSenderTest, says_what_the_master_may_have_only_while_it_is_connected) {
    EXPECT_EQ(sender.handed_over(), 0u);
    add(60);
    step();
    EXPECT_EQ(sender.handed_over(), 50u);
    ack();
    EXPECT_EQ(sender.handed_over(), 60u);
    sender.disconnected();
    EXPECT_EQ(sender.handed_over(), 50u);
}

TEST_F(OutboxSenderTest, is_not_held_for_ever) {
    add(1);
    sender.hold(Micros::max(), clock.mono());
    EXPECT_EQ(sender.next(), clock.mono() + 5min);
    sender.hold(-1s, clock.mono());
    step();
    EXPECT_EQ(sizes().size(), 1u);
    sender.hold(1min, clock.mono());
    sender.disconnected();
    EXPECT_FALSE(sender.next());
    ASSERT_TRUE(sender.connected(0));
    step();
    EXPECT_EQ(sizes().size(), 2u);
}

}  // namespace
}  // namespace sloth
