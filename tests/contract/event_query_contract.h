// What every EventStore must answer about what it keeps, and what it lets go.
#pragma once

#include "tests/contract/contract.h"

namespace sloth {

using EventQueryContract = StoreContract;

TEST_P(EventQueryContract, finds_by_number_id_and_unique_prefix) {
    ASSERT_TRUE(append({an_event("0193aa-1"), an_event("0193ab-2"), an_event("77")}));
    EventStore& events = store->events();
    EXPECT_EQ(events.find("2")->id, "0193ab-2");
    EXPECT_EQ(events.find("#1")->id, "0193aa-1");
    EXPECT_EQ(events.find("0193aa-1")->seq, 1);
    EXPECT_EQ(events.find("0193ab")->seq, 2);
    EXPECT_EQ(events.find("77")->seq, 3);
    const auto several = events.find("0193");
    ASSERT_FALSE(several.has_value());
    EXPECT_EQ(several.error().code, Code::conflict);
    EXPECT_NE(several.error().message.find("0193aa-1"), std::string::npos);
    for (const auto* ref : {"", "#", "#9", "99", "zz", "0193aa-12", "%", "0193a_"}) {
        const auto none = events.find(ref);
        ASSERT_FALSE(none.has_value()) << ref;
        EXPECT_EQ(none.error().code, Code::not_found) << ref;
    }
}

TEST_P(EventQueryContract, lists_what_the_filter_asks_for) {
    std::vector<Event> all;
    for (const auto* type : {"task.failed", "task.started", "agent.connected", "task.failed"}) {
        clock.advance(1s);
        all.push_back(an_event("e" + std::to_string(all.size() + 1), type));
    }
    all[1].stack = "prod";
    all[2].agent = "web";
    const WallTime third = all[2].created_at;
    ASSERT_TRUE(append(all));
    ASSERT_TRUE(record({.finished = {finish(1), finish(4, EventStatus::failed, "no")}}));
    const auto seqs = [&](EventFilter filter) {
        std::vector<int64_t> out;
        const auto events = store->events().list(filter);
        for (const Event& event : *events) out.push_back(event.seq);
        return out;
    };
    using testing::ElementsAre;
    EXPECT_THAT(seqs({}), ElementsAre(4, 3, 2, 1));
    EXPECT_THAT(seqs({.limit = 2}), ElementsAre(4, 3));
    EXPECT_THAT(seqs({.after_seq = 1, .limit = 2}), ElementsAre(2, 3));
    EXPECT_THAT(seqs({.type = "task.failed"}), ElementsAre(4, 1));
    EXPECT_THAT(seqs({.type = "task.*"}), ElementsAre(4, 2, 1));
    EXPECT_THAT(seqs({.type = "task.*", .limit = 2}), ElementsAre(4, 2));
    EXPECT_THAT(seqs({.type = "task.*", .after_seq = 0}), ElementsAre(1, 2, 4));
    EXPECT_THAT(seqs({.type = "*"}), ElementsAre(4, 3, 2, 1));
    EXPECT_THAT(seqs({.type = "a' OR '1'='1"}), testing::IsEmpty());
    EXPECT_THAT(seqs({.type = "task.failed", .status = EventStatus::failed}), ElementsAre(4));
    EXPECT_THAT(seqs({.status = EventStatus::pending}), ElementsAre(3, 2));
    EXPECT_THAT(seqs({.stack = "prod"}), ElementsAre(2));
    EXPECT_THAT(seqs({.agent = "web"}), ElementsAre(3));
    EXPECT_THAT(seqs({.since = third}), ElementsAre(4, 3));
}

TEST_P(EventQueryContract, counts_all_and_open_events) {
    ASSERT_TRUE(append({an_event("a"), an_event("b"), an_event("c")}));
    ASSERT_TRUE(record({.finished = {finish(1)}, .processing = {2}}));
    const auto counts = store->events().counts();
    EXPECT_EQ(counts->total, 3);
    EXPECT_EQ(counts->open, 2);
    EXPECT_EQ(counts->last_seq, 3);
}

TEST_P(EventQueryContract, erases_a_finished_event_with_its_runs) {
    const auto hook = store->hooks().add(a_hook("notify"), "");
    Event event = an_event("a");
    append_one(event);
    EXPECT_EQ(store->events().erase(1).error().code, Code::refused);
    ASSERT_TRUE(record({.runs = {a_run(event, *hook)}, .finished = {finish(1)}}));
    ASSERT_TRUE(store->events().erase(1));
    EXPECT_EQ(store->events().get(1).error().code, Code::not_found);
    EXPECT_THAT(*store->executions().list({}), testing::IsEmpty());
    EXPECT_EQ(store->events().erase(1).error().code, Code::not_found);
}

TEST_P(EventQueryContract, cleans_up_old_finished_events_only) {
    std::vector<Event> old;
    for (int i = 0; i < 450; ++i) old.push_back(an_event("old-" + std::to_string(i)));
    const WallTime before = clock.wall() + 1s;
    clock.advance(2s);
    ASSERT_TRUE(append(old));
    ASSERT_TRUE(append({an_event("young")}));
    RecordBatch batch;
    for (int64_t seq = 2; seq <= 451; ++seq) batch.finished.push_back(finish(seq));
    ASSERT_TRUE(record(std::move(batch)));
    EXPECT_EQ(store->events().cleanup(before, true), 449);
    EXPECT_EQ(store->events().counts()->total, 451);
    EXPECT_EQ(store->events().cleanup(before, false), 449);
    EXPECT_EQ(store->events().counts()->total, 2);
    EXPECT_EQ(store->events().get(1)->status, EventStatus::pending);
}

TEST_P(EventQueryContract, takes_a_key_again_when_its_event_is_gone) {
    Event event = an_event("a");
    event.dedup_key = "k";
    append_one(event);
    ASSERT_TRUE(record({.finished = {finish(1)}}));
    ASSERT_TRUE(store->events().erase(1));
    event.id = "b";
    EXPECT_EQ(append_one(event), 2);
}

}  // namespace sloth
