#include "tests/fakes/engine_bed.h"

namespace sloth {
namespace {

TEST_F(EngineTest, completes_an_event_that_no_hook_wants) {
    start();
    ASSERT_TRUE(send("a.b"));
    steps();
    EXPECT_EQ(status(1), EventStatus::completed);
    EXPECT_EQ(recorder.finished.size(), 1u);
    EXPECT_EQ(runner.started, 0u);
}

TEST_F(EngineTest, runs_every_matching_hook_and_records_each) {
    hooks = {a_hook("one", "a.b"), a_hook("two", "a.*"), a_hook("other", "c.d")};
    start();
    ASSERT_TRUE(send("a.b"));
    steps();
    ASSERT_EQ(runner.live.size(), 2u);
    runner.end_first();
    steps();
    EXPECT_EQ(status(1), EventStatus::pending);
    runner.end_first(RunStatus::failed, "notify.lua:3: no");
    steps();
    EXPECT_EQ(status(1), EventStatus::failed);
    EXPECT_EQ(store.events().get(1)->error, "hook 'two' failed: notify.lua:3: no");
    EXPECT_EQ(recorder.runs.size(), 2u);
}

TEST_F(EngineTest, keeps_stacks_apart) {
    hooks = {a_hook("any", "a.b"), a_hook("prod", "a.b", "production")};
    start();
    ASSERT_TRUE(send("a.b", "", "staging"));
    steps();
    ASSERT_EQ(runner.live.size(), 1u);
    EXPECT_EQ(runner.live[0].hook->name, "any");
}

TEST_F(EngineTest, does_not_wake_a_new_hook_for_events_accepted_before_it) {
    start();
    options.max_in_flight = 1;
    store.hold_commits();
    Event event;
    event.type = "a.b";
    std::vector<Event> events{event};
    intake->submit(std::move(events), {}, [](auto) {});
    engine->set_index(
        std::make_shared<const HookIndex>(2, std::vector{a_hook("late", "a.b", "", 2)}));
    store.release_commits();
    steps();
    EXPECT_EQ(runner.started, 0u);
    EXPECT_EQ(status(1), EventStatus::completed);
}

TEST_F(EngineTest, never_runs_more_than_max_in_flight_and_loses_nothing_beyond_the_queue) {
    hooks = {a_hook("one", "a.b")};
    start();
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(send("a.b"));
    std::vector<int64_t> order;
    for (int i = 0; i < 200 && order.size() < 100; ++i) {
        steps(2);
        EXPECT_LE(runner.live.size(), 4u);
        if (runner.live.empty()) continue;
        order.push_back(runner.live.front().event->seq);
        runner.end_first();
    }
    steps();
    EXPECT_EQ(order.size(), 100u);
    EXPECT_TRUE(std::ranges::is_sorted(order));
    EXPECT_EQ(store.events().counts()->open, 0);
}

TEST_F(EngineTest, frees_the_place_when_a_run_ends_not_when_its_record_is_durable) {
    hooks = {a_hook("one", "a.b")};
    options.max_in_flight = 1;
    start();
    ASSERT_TRUE(send("a.b"));
    ASSERT_TRUE(send("a.b"));
    steps();
    store.hold_commits();
    runner.end_first();
    steps();
    ASSERT_EQ(runner.live.size(), 1u);
    EXPECT_EQ(runner.live[0].event->seq, 2);
    EXPECT_TRUE(recorder.finished.empty());
    store.release_commits();
    steps();
    EXPECT_EQ(recorder.finished.size(), 1u);
}

TEST_F(EngineTest, tries_a_record_again_that_found_the_disk_full) {
    hooks = {a_hook("one", "a.b")};
    start();
    ASSERT_TRUE(send("a.b"));
    steps();
    store.fail_next(Code::exhausted);
    runner.end_first();
    steps();
    EXPECT_EQ(status(1), EventStatus::pending);
    clock.advance(500ms);
    steps();
    EXPECT_EQ(status(1), EventStatus::completed);
    EXPECT_EQ(recorder.runs.size(), 1u);
}

TEST_F(EngineTest, gives_up_the_process_when_the_store_cannot_be_trusted) {
    hooks = {a_hook("one", "a.b")};
    start();
    ASSERT_TRUE(send("a.b"));
    steps();
    store.fail_next(Code::corrupt);
    runner.end_first();
    steps();
    ASSERT_EQ(fatal.size(), 1u);
    EXPECT_EQ(fatal[0].code, Code::corrupt);
}

TEST_F(EngineTest, after_a_crash_runs_only_what_was_not_recorded) {
    hooks = {a_hook("one", "a.b"), a_hook("two", "a.b")};
    start();
    ASSERT_TRUE(send("a.b"));
    steps();
    runner.end_first(RunStatus::failed, "bad");
    steps();
    store.crash();
    runner.live.clear();
    start();
    ASSERT_EQ(runner.live.size(), 1u);
    EXPECT_EQ(runner.live[0].hook->name, "two");
    EXPECT_TRUE(runner.live[0].has_journal);
    EXPECT_EQ(runner.live[0].attempt, 2);
    runner.end_first();
    steps();
    EXPECT_EQ(status(1), EventStatus::failed);  // the first hook's failure is not forgotten
}

TEST_F(EngineTest, after_an_orderly_end_counts_on_from_the_attempts_on_record) {
    hooks = {a_hook("one", "a.b")};
    start();
    ASSERT_TRUE(send("a.b"));
    ASSERT_TRUE(send("a.b", "", "never started"));
    options.max_in_flight = 1;
    steps();
    engine->drain();
    engine->hand_back_now();
    steps();
    ASSERT_TRUE(engine->drained());
    store.crash();  // nothing was under way any more
    options.after_crash = false;
    start();
    ASSERT_FALSE(runner.live.empty());
    EXPECT_EQ(runner.live[0].attempt, 2);
    EXPECT_EQ(recorder.runs[0].status, RunStatus::interrupted);
}

TEST_F(EngineTest, ends_an_event_that_keeps_killing_its_master) {
    hooks = {a_hook("one", "a.b")};
    options.max_recoveries = 3;
    start();
    ASSERT_TRUE(send("a.b"));
    steps();
    for (int life = 0; life < 4; ++life) {
        store.crash();
        runner.live.clear();
        start();
    }
    steps();
    EXPECT_EQ(status(1), EventStatus::failed);
    EXPECT_TRUE(runner.live.empty());
}

TEST_F(EngineTest, drain_lets_runs_end_and_leaves_the_rest_for_the_next_owner) {
    hooks = {a_hook("one", "a.b")};
    start();
    for (int i = 0; i < 30; ++i) ASSERT_TRUE(send("a.b"));
    steps();
    engine->drain();
    steps();
    EXPECT_EQ(runner.live.size(), 4u);
    EXPECT_FALSE(engine->drained());
    runner.end_all();
    steps();
    EXPECT_TRUE(engine->drained());
    EXPECT_EQ(store.events().counts()->open, 26);
}

TEST_F(EngineTest, drain_starts_no_run_that_waited_for_its_key) {
    hooks = {a_hook("one", "a.b")};
    start();
    ASSERT_TRUE(send("a.b", "k"));
    ASSERT_TRUE(send("a.b", "k"));
    steps();
    engine->drain();
    steps();
    runner.end_first();
    steps();
    EXPECT_EQ(runner.started, 1u);
    EXPECT_TRUE(engine->drained());
    EXPECT_EQ(store.events().counts()->open, 1);
}

TEST_F(EngineTest, drain_hands_back_at_its_deadline_and_at_once_when_told) {
    hooks = {a_hook("one", "a.b")};
    start();
    ASSERT_TRUE(send("a.b"));
    steps();
    engine->drain();
    steps();
    clock.advance(29s);
    steps();
    EXPECT_FALSE(engine->drained());
    engine->hand_back_now();
    steps();
    EXPECT_TRUE(engine->drained());
    EXPECT_EQ(status(1), EventStatus::pending);
}

TEST_F(EngineTest, records_an_interrupted_attempt_and_waits_for_the_next) {
    hooks = {a_hook("one", "a.b")};
    start();
    ASSERT_TRUE(send("a.b"));
    steps();
    runner.interrupt_first();
    steps();
    EXPECT_EQ(status(1), EventStatus::pending);
    runner.end_first();
    steps();
    EXPECT_EQ(status(1), EventStatus::completed);
    ASSERT_EQ(recorder.runs.size(), 2u);
    EXPECT_EQ(recorder.runs[0].status, RunStatus::interrupted);
    EXPECT_EQ(recorder.runs[1].attempt, 2);
}

TEST_F(EngineTest, shows_runs_older_than_a_second_as_processing) {
    hooks = {a_hook("one", "a.b")};
    start();
    ASSERT_TRUE(send("a.b"));
    steps();
    EXPECT_EQ(status(1), EventStatus::pending);
    clock.advance(1s);
    steps();
    EXPECT_EQ(status(1), EventStatus::processing);
    runner.end_first();
    steps();
    EXPECT_EQ(status(1), EventStatus::completed);
}

TEST_F(EngineTest, refuses_a_bad_event_alone) {
    start();
    std::vector<Event> events(3);
    events[0].type = "a.b";
    events[1].type = "a b";
    events[2].type = "c.d";
    AppendResults results;
    intake->submit(std::move(events), {},
                   [&](Result<AppendResults> r) { results = std::move(*r); });
    ASSERT_EQ(results.size(), 3u);
    EXPECT_TRUE(results[0]);
    ASSERT_FALSE(results[1]);
    EXPECT_EQ(results[1].error().code, Code::invalid);
    ASSERT_TRUE(results[2]);
    EXPECT_EQ(results[2]->seq, 2);
}

TEST_F(EngineTest, cuts_a_chain_that_is_too_deep) {
    start();
    Event event;
    event.type = "a.b";
    apply_cause("root/parent/17", event);
    const auto result = intake->submit_one(std::move(event));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::refused);
}

}  // namespace
}  // namespace sloth
