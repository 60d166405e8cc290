// Which runs wait for others: ordering keys and max_concurrency.
#include "tests/fakes/engine_bed.h"

namespace sloth {
namespace {

std::shared_ptr<const RunnableHook> limited(const std::string& name, int most) {
    RunnableHook hook = *a_hook(name, "a.b");
    hook.limits.max_concurrency = most;
    return std::make_shared<const RunnableHook>(std::move(hook));
}

TEST_F(EngineTest, runs_events_with_one_ordering_key_one_at_a_time_in_order) {
    hooks = {a_hook("one", "a.b")};
    start();
    ASSERT_TRUE(send("a.b", "k"));
    ASSERT_TRUE(send("a.b", "k"));
    ASSERT_TRUE(send("a.b", "other"));
    steps();
    ASSERT_EQ(runner.live.size(), 2u);
    EXPECT_EQ(runner.live[0].event->seq, 1);
    EXPECT_EQ(runner.live[1].event->seq, 3);
    runner.end_first();
    steps();
    ASSERT_EQ(runner.live.size(), 2u);
    EXPECT_EQ(runner.live[1].event->seq, 2);
}

TEST_F(EngineTest, runs_no_more_of_a_hook_at_once_than_it_allows_and_the_rest_in_order) {
    hooks = {limited("slow", 2)};
    start();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(send("a.b"));
    std::vector<int64_t> order;
    while (order.size() < 5) {
        steps();
        ASSERT_FALSE(runner.live.empty());
        ASSERT_LE(runner.live.size(), 2u);
        order.push_back(runner.live.front().event->seq);
        runner.end_first();
    }
    steps();
    EXPECT_EQ(order, (std::vector<int64_t>{1, 2, 3, 4, 5}));
    EXPECT_EQ(store.events().counts()->open, 0);
}

TEST_F(EngineTest, a_backlog_of_a_limited_hook_keeps_no_other_hook_waiting) {
    hooks = {limited("slow", 1), a_hook("quick", "c.d")};
    start();
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(send("a.b"));  // the queue holds 8
    const auto quick = send("c.d");
    steps(40);
    const auto is_quick = [](const RunRequest& run) { return run.hook->name == "quick"; };
    EXPECT_EQ(std::ranges::count_if(runner.live, is_quick), 1);
    ASSERT_EQ(runner.live.size(), 2u);
    EXPECT_EQ(status(50), EventStatus::pending);  // it waits, and says so
    for (int i = 0; i < 60; ++i) {
        if (!runner.live.empty()) runner.end_first();
        steps(3);
    }
    EXPECT_EQ(runner.started, 51u);
    EXPECT_EQ(status(quick->seq), EventStatus::completed);
    EXPECT_EQ(store.events().counts()->open, 0);
}

TEST_F(EngineTest, a_run_that_waited_runs_the_hook_as_it_is_now) {
    hooks = {limited("slow", 1)};
    start();
    ASSERT_TRUE(send("a.b") && send("a.b"));
    steps();
    RunnableHook edited = *hooks[0];
    edited.version = 2;
    engine->set_index(std::make_shared<const HookIndex>(
        2, std::vector{std::make_shared<const RunnableHook>(edited)}));
    runner.end_first();
    steps();
    ASSERT_EQ(runner.live.size(), 1u);
    EXPECT_EQ(runner.live[0].hook->version, 2);
    EXPECT_EQ(runner.live[0].event->type, "a.b");
}

TEST_F(EngineTest, ordering_and_the_limit_of_a_hook_hold_together) {
    hooks = {limited("slow", 1)};
    start();
    ASSERT_TRUE(send("a.b", "k") && send("a.b", "k") && send("a.b", "other"));
    for (const int64_t expected : {1, 3, 2}) {
        steps();
        ASSERT_EQ(runner.live.size(), 1u);
        EXPECT_EQ(runner.live[0].event->seq, expected);
        runner.end_first();
    }
    steps();
    EXPECT_EQ(store.events().counts()->open, 0);
}

TEST_F(EngineTest, what_waits_for_its_turn_at_a_drain_is_left_to_the_next_master) {
    hooks = {limited("slow", 1)};
    start();
    ASSERT_TRUE(send("a.b") && send("a.b"));
    steps();
    engine->drain();
    steps();
    runner.end_all();
    steps();
    EXPECT_TRUE(engine->drained());
    EXPECT_EQ(status(1), EventStatus::completed);
    EXPECT_EQ(status(2), EventStatus::pending);
}

}  // namespace
}  // namespace sloth
