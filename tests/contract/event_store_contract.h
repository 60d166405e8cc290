// What every EventStore must do: acceptance, duplicates, conflicts, agents' batches, claims.
#pragma once

#include "tests/contract/contract.h"

namespace sloth {

using EventStoreContract = StoreContract;

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(EventStoreContract, numbers_events_in_the_order_of_acceptance) {
    const auto first = append({an_event("a"), an_event("b")});
    const auto second = append({an_event("c")});
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->at(0)->seq, 1);
    EXPECT_EQ(first->at(1)->seq, 2);
    EXPECT_EQ(second->at(0)->seq, 3);
    EXPECT_EQ(second->at(0)->id, "c");
}

TEST_P(EventStoreContract, gives_back_what_was_stored) {
    Event event = an_event("a", "custom.thing");
    event.stack = "prod";
    event.agent = "web-01";
    event.run_id = "run-1";
    event.source = "agent:web-01";
    event.ordering_key = "k";
    event.data = R"({"text":"ä\u0000 '%_"})";
    event.timestamp = clock.wall() - 5s;
    event.root_id = "r";
    event.parent_id = "p";
    event.depth = 3;
    event.hook_generation = 7;
    event.seq = append_one(event);
    EXPECT_EQ(store->events().get(event.seq), event);
}

TEST_P(EventStoreContract, takes_the_same_event_again_as_a_duplicate) {
    const int64_t seq = append_one(an_event("a"));
    const auto again = append({an_event("a"), an_event("b")});
    ASSERT_TRUE(again);
    EXPECT_EQ(*again->at(0), (Appended{seq, "a", true}));
    EXPECT_FALSE(again->at(1)->duplicate);
    EXPECT_EQ(store->events().counts()->total, 2);
}

TEST_P(EventStoreContract, refuses_another_event_with_the_same_id_without_harm_to_its_neighbours) {
    append_one(an_event("a"));
    Event other = an_event("a");
    other.data = R"({"n":2})";
    const auto results = append({an_event("b"), other, an_event("c")});
    ASSERT_TRUE(results);
    EXPECT_TRUE(results->at(0).has_value());
    ASSERT_FALSE(results->at(1).has_value());
    EXPECT_EQ(results->at(1).error().code, Code::conflict);
    EXPECT_TRUE(results->at(2).has_value());
}

TEST_P(EventStoreContract, takes_a_key_of_the_same_source_again_as_the_first_event) {
    Event first = an_event("a");
    first.source = "webhook:x";
    first.dedup_key = "k1";
    const int64_t seq = append_one(first);
    Event second = first;
    second.id = "b";
    Event changed = second;
    changed.data = "{}";
    Event elsewhere = second;
    elsewhere.id = "c";
    elsewhere.source = "webhook:y";
    const auto results = append({second, changed, elsewhere});
    ASSERT_TRUE(results);
    EXPECT_EQ(*results->at(0), (Appended{seq, "a", true}));
    EXPECT_EQ(results->at(1).error().code, Code::conflict);
    EXPECT_FALSE(results->at(2)->duplicate);
}

TEST_P(EventStoreContract, cuts_a_tree_of_events_at_its_limit) {
    std::vector<Event> children;
    for (int64_t i = 0; i < kMaxEventsPerRoot; ++i) {
        children.push_back(an_event("c" + std::to_string(i)));
        children.back().root_id = "root";
        children.back().depth = 1;
    }
    append_one(an_event("root"));
    const auto fits = append(children);
    ASSERT_TRUE(fits && fits->back());
    Event more = children.back();
    more.id = "one-too-many";
    const auto cut = append({more, an_event("free")});
    ASSERT_TRUE(cut);
    EXPECT_EQ(cut->at(0).error().code, Code::exhausted);
    EXPECT_TRUE(cut->at(1).has_value());
}

TEST_P(EventStoreContract, stores_a_batch_and_the_agents_position_together) {
    ASSERT_TRUE(append({an_event("a"), an_event("b")}, AgentPosition{"web", "e1", 2}));
    EXPECT_EQ(store->events().agent_position("web"), (AgentPosition{"web", "e1", 2}));
    EXPECT_EQ(store->events().agent_position("db"), (AgentPosition{"db", "", 0}));
}

TEST_P(EventStoreContract, skips_what_an_agent_sends_again) {
    ASSERT_TRUE(append({an_event("a"), an_event("b")}, AgentPosition{"web", "e1", 2}));
    // All of it, then a batch cut anew: the last one sent and one more.
    const auto again = append({an_event("a"), an_event("b")}, AgentPosition{"web", "e1", 2});
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->at(0)->duplicate && again->at(1)->duplicate);
    EXPECT_EQ(again->at(1)->seq, 2);
    const auto recut = append({an_event("b"), an_event("c")}, AgentPosition{"web", "e1", 3});
    ASSERT_TRUE(recut);
    EXPECT_TRUE(recut->at(0)->duplicate);
    EXPECT_FALSE(recut->at(1)->duplicate);
    EXPECT_EQ(store->events().agent_position("web")->sequence, 3u);
    EXPECT_EQ(store->events().counts()->total, 3);
}

TEST_P(EventStoreContract, never_moves_a_position_back_but_starts_anew_with_a_new_epoch) {
    ASSERT_TRUE(append({an_event("a"), an_event("b")}, AgentPosition{"web", "e1", 2}));
    ASSERT_TRUE(append({an_event("a")}, AgentPosition{"web", "e1", 1}));
    EXPECT_EQ(store->events().agent_position("web")->sequence, 2u);
    const auto fresh = append({an_event("c")}, AgentPosition{"web", "e2", 1});
    ASSERT_TRUE(fresh);
    EXPECT_FALSE(fresh->at(0)->duplicate);
    EXPECT_EQ(store->events().agent_position("web"), (AgentPosition{"web", "e2", 1}));
}

TEST_P(EventStoreContract, offers_committed_events_and_holds_those_that_are_taken) {
    Taker taker(2);
    store->events().set_ready(&taker);
    ASSERT_TRUE(append({an_event("a"), an_event("b"), an_event("c")}));
    EXPECT_THAT(taker.seqs(), ElementsAre(1, 2));
    EXPECT_EQ(taker.taken[0].id, "a");
    EXPECT_THAT(claim(10), ElementsAre(3));
    EXPECT_THAT(claim(10), IsEmpty());
    store->events().set_ready(nullptr);
}

TEST_P(EventStoreContract, never_offers_a_duplicate) {
    append_one(an_event("a"));
    Taker taker;
    store->events().set_ready(&taker);
    ASSERT_TRUE(append({an_event("a"), an_event("b")}));
    EXPECT_THAT(taker.seqs(), ElementsAre(2));
    store->events().set_ready(nullptr);
}

TEST_P(EventStoreContract, claims_open_events_once_in_the_order_of_acceptance) {
    ASSERT_TRUE(append({an_event("a"), an_event("b"), an_event("c")}));
    EXPECT_THAT(claim(2), ElementsAre(1, 2));
    EXPECT_THAT(claim(2), ElementsAre(3));
    EXPECT_THAT(claim(2), IsEmpty());
}

TEST_P(EventStoreContract, refuses_a_claim_for_another_epoch) {
    const auto claimed = store->events().claim(1, store->events().epoch() - 1);
    ASSERT_FALSE(claimed.has_value());
    EXPECT_EQ(claimed.error().code, Code::refused);
}

TEST_P(EventStoreContract, gives_a_released_event_to_the_next_claim) {
    append_one(an_event("a"));
    EXPECT_THAT(claim(1), ElementsAre(1));
    ASSERT_TRUE(record({.processing = {1}, .recovered = {1}}));
    EXPECT_EQ(store->events().get(1)->status, EventStatus::processing);
    EXPECT_EQ(store->events().get(1)->recoveries, 1);
    ASSERT_TRUE(record({.released = {1}}));
    EXPECT_EQ(store->events().get(1)->status, EventStatus::pending);
    EXPECT_EQ(store->events().get(1)->recoveries, 0);
    EXPECT_THAT(claim(1), ElementsAre(1));
}

TEST_P(EventStoreContract, opens_again_what_a_dead_process_held) {
    const Epoch before = store->events().epoch();
    ASSERT_TRUE(append({an_event("a"), an_event("b"), an_event("c")}));
    EXPECT_THAT(claim(3), ElementsAre(1, 2, 3));
    ASSERT_TRUE(record({.finished = {finish(2)}, .processing = {1}}));
    store->crash();
    EXPECT_GT(store->events().epoch(), before);
    EXPECT_THAT(claim(3), ElementsAre(1, 3));
}

TEST_P(EventStoreContract, never_gives_a_number_twice) {
    append_one(an_event("a"));
    ASSERT_TRUE(record({.finished = {finish(1)}}));
    ASSERT_TRUE(store->events().erase(1));
    store->crash();
    EXPECT_EQ(append_one(an_event("b")), 2);
    EXPECT_EQ(store->events().counts()->last_seq, 2);
}

TEST_P(EventStoreContract, finishes_an_event_once) {
    append_one(an_event("a"));
    ASSERT_TRUE(record({.finished = {finish(1, EventStatus::failed, "no good")}}));
    const auto failed = store->events().get(1);
    EXPECT_EQ(failed->status, EventStatus::failed);
    EXPECT_EQ(failed->error, "no good");
    EXPECT_EQ(failed->processed_at, clock.wall());
    ASSERT_TRUE(record({.finished = {finish(1)}, .processing = {1}, .released = {1}}));
    EXPECT_EQ(store->events().get(1), failed);
    EXPECT_THAT(claim(1), IsEmpty());
}

}  // namespace sloth
