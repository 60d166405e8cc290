// What every EventStore must do with runs and their effects: records, state, dispatch, the journal.
#pragma once

#include "tests/contract/contract.h"

namespace sloth {

using EffectContract = StoreContract;

inline InternalEffect state_effect(InternalEffect::Kind kind, const std::string& key,
                                   const std::string& value = {}, uint32_t occurrence = 0) {
    InternalEffect effect;
    effect.kind = kind;
    effect.key = {key + value + std::to_string(int(kind)), occurrence};
    effect.stack = "prod";
    effect.state_key = key;
    effect.value = value;
    return effect;
}

inline InternalEffect dispatch_effect(Event event) {
    InternalEffect effect;
    effect.kind = InternalEffect::Kind::dispatch;
    effect.key = {"dispatch-" + event.id, 0};
    effect.event = std::move(event);
    return effect;
}

using Kind = InternalEffect::Kind;

TEST_P(EffectContract, records_a_run_and_finishes_its_event_together) {
    const auto hook = store->hooks().add(a_hook("notify"), "return {}");
    Event event = an_event("a");
    event.seq = append_one(event);
    RunRecord run = a_run(event, *hook, RunStatus::failed);
    run.execution.output = "printed";
    run.execution.error = "notify.lua:3: no";
    run.execution.attempt = 2;
    run.execution.hook_version = 3;
    run.execution.agent = "web-01";
    ASSERT_TRUE(record({.runs = {run}, .finished = {finish(1, EventStatus::failed, "no")}}));
    const auto runs = store->executions().list({.event_id = "a"});
    ASSERT_EQ(runs->size(), 1u);
    run.execution.id = 1;
    run.execution.event_type = "task.failed";
    EXPECT_EQ(runs->front(), run.execution);
    EXPECT_EQ(store->events().get(1)->status, EventStatus::failed);
}

TEST_P(EffectContract, counts_runs_at_their_hook_but_not_interrupted_ones) {
    const auto hook = store->hooks().add(a_hook("notify"), "return {}");
    Event event = an_event("a");
    append_one(event);
    RecordBatch batch;
    for (const auto status : {RunStatus::success, RunStatus::interrupted, RunStatus::timeout}) {
        batch.runs.push_back(a_run(event, *hook, status));
        clock.advance(1s);
    }
    ASSERT_TRUE(record(std::move(batch)));
    const auto counted = store->hooks().find("notify");
    EXPECT_EQ(counted->run_count, 2);
    EXPECT_EQ(counted->last_run, clock.wall() - 1s);
    const auto counts = store->executions().counts();
    EXPECT_EQ(counts->success, 1);
    EXPECT_EQ(counts->timeout, 1);
    EXPECT_EQ(counts->interrupted, 1);
    EXPECT_EQ(counts->failed, 0);
}

TEST_P(EffectContract, lists_runs_filtered_and_then_limited) {
    const auto one = store->hooks().add(a_hook("one"), "");
    const auto two = store->hooks().add(a_hook("two"), "");
    Event event = an_event("a");
    append_one(event);
    RecordBatch batch;
    for (const auto status : {RunStatus::failed, RunStatus::timeout, RunStatus::success,
                              RunStatus::interrupted, RunStatus::success}) {
        batch.runs.push_back(a_run(event, *one, status));
    }
    batch.runs.push_back(a_run(event, *two));
    ASSERT_TRUE(record(std::move(batch)));
    const auto ids = [&](ExecutionFilter filter) {
        std::vector<int64_t> out;
        const auto runs = store->executions().list(filter);
        for (const Execution& run : *runs) out.push_back(run.id);
        return out;
    };
    using testing::ElementsAre;
    EXPECT_THAT(ids({.hook_id = one->id}), ElementsAre(5, 3, 2, 1));
    EXPECT_THAT(ids({.hook_id = one->id, .interrupted = true, .limit = 2}), ElementsAre(5, 4));
    EXPECT_THAT(ids({.hook_id = one->id, .only_failed = true, .limit = 1}), ElementsAre(2));
    EXPECT_THAT(ids({.only_failed = true, .interrupted = true}), ElementsAre(4, 2, 1));
    EXPECT_THAT(ids({.event_id = "a", .limit = 3}), ElementsAre(1, 2, 3));
    EXPECT_THAT(ids({}), ElementsAre(6, 5, 3, 2, 1));
}

TEST_P(EffectContract, applies_state_in_order_and_answers_each_change) {
    const auto answers =
        flush({"d1",
               {state_effect(Kind::state_set, "k", R"({"a":1})"),
                state_effect(Kind::state_delete, "k"), state_effect(Kind::state_delete, "k", "", 1),
                state_effect(Kind::state_increment, "n", "2"),
                state_effect(Kind::state_increment, "n", "0.5"),
                state_effect(Kind::state_set, "t", R"("text")"),
                state_effect(Kind::state_increment, "t", "1")}});
    ASSERT_TRUE(answers);
    EXPECT_THAT(*answers,
                testing::ElementsAre("[true]", "[true]", "[false]", "[2]", "[2.5]", "[true]",
                                     R"([null,"state key 't' holds no number"])"));
    EXPECT_EQ(state("prod", "n"), "2.5");
    EXPECT_EQ(state("prod", "k"), "");
    EXPECT_EQ(state("", "n"), "");
}

TEST_P(EffectContract, sets_a_value_only_if_it_is_still_the_expected_one) {
    const auto compare = [&](std::optional<std::string> expected, const std::string& value) {
        static uint32_t calls = 0;
        auto effect = state_effect(Kind::state_compare, "k", value, ++calls);
        effect.expected = std::move(expected);
        return flush({"d1", {effect}})->front();
    };
    EXPECT_EQ(compare("1", "2"), "[false]");
    EXPECT_EQ(compare(std::nullopt, "1"), "[true]");
    EXPECT_EQ(compare(std::nullopt, "7"), "[false]");
    EXPECT_EQ(compare("1", R"({"a":2})"), "[true]");
    EXPECT_EQ(compare(R"({"a":2})", "3"), "[true]");
    EXPECT_EQ(state("prod", "k"), "3");
}

TEST_P(EffectContract, forgets_a_value_when_its_time_is_over) {
    auto effect = state_effect(Kind::state_set, "k", "1");
    effect.expires_at = clock.wall() + 10s;
    auto other = state_effect(Kind::state_set, "k2", "1");
    ASSERT_TRUE(flush({"d1", {effect, other}}));
    clock.advance(9s);
    EXPECT_EQ(state("prod", "k"), "1");
    EXPECT_EQ(flush({"d2", {state_effect(Kind::state_increment, "k", "1")}})->front(), "[2]");
    clock.advance(1s);
    EXPECT_EQ(state("prod", "k"), "");  // counting does not make it live longer
    EXPECT_EQ(store->state().scan("prod", "k")->size(), 1u);
    auto once = state_effect(Kind::state_compare, "k", "5");
    EXPECT_EQ(flush({"d3", {once}})->front(), "[true]");
    EXPECT_EQ(flush({"d4", {state_effect(Kind::state_increment, "k", "1")}})->front(), "[6]");
    EXPECT_EQ(flush({"d5", {state_effect(Kind::state_delete, "k")}})->front(), "[true]");
}

TEST_P(EffectContract, scans_the_state_of_one_stack_by_prefix_in_order) {
    auto other = state_effect(Kind::state_set, "a:0", "0");
    other.stack = "test";
    ASSERT_TRUE(flush(
        {"d1",
         {state_effect(Kind::state_set, "a:2", "2"), state_effect(Kind::state_set, "a:1", "1"),
          state_effect(Kind::state_set, "b", "3"), other}}));
    using Row = std::pair<std::string, std::string>;
    EXPECT_THAT(*store->state().scan("prod", "a:"),
                testing::ElementsAre(Row("a:1", "1"), Row("a:2", "2")));
    EXPECT_EQ(store->state().scan("prod", "")->size(), 3u);
    EXPECT_THAT(*store->state().scan("prod", "%"), testing::IsEmpty());
}

TEST_P(EffectContract, answers_a_repeated_call_from_the_journal) {
    const EffectBatch batch{"d1",
                            {state_effect(Kind::state_increment, "n", "1"),
                             state_effect(Kind::state_increment, "n", "1", 1)},
                            {{{"exec", 0}, R"([{"exit_code":0}])"}}};
    EXPECT_THAT(*flush(batch), testing::ElementsAre("[1]", "[2]"));
    store->crash();
    EXPECT_THAT(*flush(batch), testing::ElementsAre("[1]", "[2]"));
    EXPECT_EQ(state("prod", "n"), "2");
    const auto rows = store->events().journal("d1");
    ASSERT_EQ(rows->size(), 3u);
    EXPECT_EQ(rows->front(), (JournalRow{{"exec", 0}, R"([{"exit_code":0}])"}));
    // Another delivery makes the same call for the first time.
    EXPECT_EQ(flush({"d2", {batch.effects[0]}})->front(), "[3]");
}

TEST_P(EffectContract, drops_the_journal_with_the_last_record_of_its_delivery) {
    const auto hook = store->hooks().add(a_hook("notify"), "");
    Event event = an_event("a");
    append_one(event);
    RunRecord run = a_run(event, *hook, RunStatus::interrupted);
    const auto increment = state_effect(Kind::state_increment, "n", "1");
    ASSERT_TRUE(flush({run.effects.delivery_id, {increment}}));
    run.last = false;
    ASSERT_TRUE(record({.runs = {run}}));
    EXPECT_EQ(store->events().journal(run.effects.delivery_id)->size(), 1u);
    store->crash();
    run.last = true;
    run.execution.status = RunStatus::success;
    run.effects.effects = {increment, state_effect(Kind::state_increment, "n", "1", 1)};
    ASSERT_TRUE(record({.runs = {run}}));
    EXPECT_THAT(*store->events().journal(run.effects.delivery_id), testing::IsEmpty());
    EXPECT_EQ(state("prod", "n"), "2");
}

TEST_P(EffectContract, offers_events_that_runs_dispatch) {
    const auto hook = store->hooks().add(a_hook("notify"), "");
    Event event = an_event("a");
    append_one(event);
    Taker taker;
    store->events().set_ready(&taker);
    RunRecord run = a_run(event, *hook);
    run.effects.effects = {dispatch_effect(an_event("child-1"))};
    ASSERT_TRUE(record({.runs = {run}, .finished = {finish(1)}}));
    const auto answers = flush({"d2", {dispatch_effect(an_event("child-2"))}});
    store->events().set_ready(nullptr);
    EXPECT_EQ(answers->front(), R"([true,"child-2"])");
    EXPECT_THAT(taker.seqs(), testing::ElementsAre(2, 3));
    EXPECT_THAT(claim(5), testing::IsEmpty());
}

TEST_P(EffectContract, answers_a_dispatch_that_cannot_be_stored_with_the_reason) {
    append_one(an_event("a"));
    Event other = an_event("a");
    other.type = "task.started";
    const auto answers = flush({"d1", {dispatch_effect(other)}});
    ASSERT_TRUE(answers);
    EXPECT_TRUE(answers->front().starts_with(R"([false,")")) << answers->front();
}

TEST_P(EffectContract, gives_the_batch_back_with_the_answer) {
    RecordBatch batch;
    batch.processing = {1, 2};
    std::promise<RecordBatch> back;
    store->events().record(std::move(batch), [&](Result<void>, RecordBatch returned) {
        back.set_value(std::move(returned));
    });
    EXPECT_EQ(back.get_future().get().processing, (std::vector<int64_t>{1, 2}));
}

}  // namespace sloth
