#include "runner/delivery.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

InternalEffect set(const CallKey& key, std::string name, std::string value) {
    InternalEffect out;
    out.kind = InternalEffect::Kind::state_set;
    out.key = to_effect_key(key);
    out.state_key = std::move(name);
    out.value = std::move(value);
    return out;
}

TEST(DeliveryTest, counts_the_same_call_anew_in_each_attempt) {
    Delivery delivery;
    EXPECT_EQ(delivery.next_key(7), (CallKey{7, 0}));
    EXPECT_EQ(delivery.next_key(7), (CallKey{7, 1}));
    EXPECT_EQ(delivery.next_key(8), (CallKey{8, 0}));
    delivery.restart();
    EXPECT_EQ(delivery.next_key(7), (CallKey{7, 0}));
}

TEST(DeliveryTest, writes_fingerprints_as_the_journal_has_them) {
    EXPECT_EQ(to_effect_key({0xab, 2}), (EffectKey{"00000000000000ab", 2}));
    EXPECT_EQ(from_effect_key({"00000000000000ab", 2}), (CallKey{0xab, 2}));
    EXPECT_EQ(stable_hash("a"), 0xaf63dc4c8601ec8c);  // of published FNV-1a
}

TEST(DeliveryTest, sees_its_own_writes_until_they_are_in_the_store) {
    Delivery delivery;
    delivery.buffer(set({1, 0}, "a", "1"));
    ASSERT_NE(delivery.written("a"), nullptr);
    const EffectBatch batch = delivery.take_flush("d");
    EXPECT_TRUE(batch.journal);
    EXPECT_NE(delivery.written("a"), nullptr);
    delivery.flushed({"[true]"});
    EXPECT_EQ(delivery.written("a"), nullptr);
    EXPECT_EQ(*delivery.answer({1, 0}), "[true]");
    EXPECT_TRUE(delivery.final_batch("d").effects.empty());
}

TEST(DeliveryTest, keeps_changes_that_could_not_be_stored) {
    Delivery delivery;
    delivery.buffer(set({1, 0}, "a", "1"));
    delivery.buffer(set({2, 0}, "b", "2"));
    (void)delivery.take_flush("d");
    delivery.flush_failed();
    delivery.drop_change({2, 0});
    EXPECT_EQ(delivery.written("b"), nullptr);
    EXPECT_EQ(delivery.final_batch("d").effects.size(), 1u);
}

TEST(DeliveryTest, does_not_bring_back_changes_of_an_interrupted_attempt) {
    Delivery delivery;
    delivery.buffer(set({1, 0}, "a", "1"));
    (void)delivery.take_flush("d");
    delivery.restart();
    delivery.flush_failed();
    EXPECT_FALSE(delivery.has_changes());
    delivery.buffer(set({1, 0}, "a", "1"));
    (void)delivery.take_flush("d");
    delivery.restart();
    delivery.flushed({"[true]"});
    EXPECT_NE(delivery.answer({1, 0}), nullptr);
}

TEST(DeliveryTest, saves_reads_with_the_write_that_follows_them) {
    Delivery delivery;
    delivery.remember({5, 0}, "[41]");
    delivery.buffer(set({1, 0}, "a", "42"));
    EXPECT_EQ(delivery.unsaved().size(), 1u);
    const EffectBatch batch = delivery.take_flush("d");
    ASSERT_EQ(batch.answers.size(), 1u);
    EXPECT_EQ(batch.answers[0].answer, "[41]");
    delivery.flushed({"[true]"});
    EXPECT_TRUE(delivery.unsaved().empty());
}

TEST(DeliveryTest, is_bounded_in_memory) {
    Delivery delivery;
    for (uint64_t i = 0; i < 1000; ++i) delivery.buffer(set({i, 0}, "k", "1"));
    EXPECT_TRUE(delivery.flush_due());
    (void)delivery.take_flush("d");
    delivery.flushed(std::vector<std::string>(1000, "[true]"));
    EXPECT_FALSE(delivery.flush_due());
    delivery.remember({5000, 0}, std::string(kMaxLogBytes, 'x'));
    EXPECT_TRUE(delivery.must_flush());
    (void)delivery.take_flush("d");
    delivery.flushed({});
    EXPECT_TRUE(delivery.needs_journal());
    EXPECT_EQ(delivery.answer({5000, 0}), nullptr);
    delivery.load({{to_effect_key({5000, 0}), "[1]"}});
    EXPECT_EQ(*delivery.answer({5000, 0}), "[1]");
}

}  // namespace
}  // namespace sloth
