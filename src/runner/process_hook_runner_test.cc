#include "runner/process_hook_runner.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/fakes/fake_workers.h"
#include "tests/fakes/runner_harness.h"

namespace sloth {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class HookRunnerTest : public testing::Test {
 protected:
    std::unique_ptr<Zygote> zygote_ = *Zygote::start();
    FakeWorkers workers_{zygote_.get()};
    RunnerHarness harness_{workers_, RunnerHarness::options(2)};
    EffectStore& store_ = harness_.store;
};

TEST_F(HookRunnerTest, gives_every_run_one_last_outcome) {
    const auto hook = harness_.hook("");
    std::vector<RunRequest> requests;
    for (int i = 0; i < 2000; ++i) requests.push_back(harness_.request(hook));
    harness_.runner().start(std::move(requests));
    std::set<RunId> seen;
    for (const RunOutcome& outcome : harness_.wait(2000)) {
        EXPECT_EQ(outcome.status, RunStatus::success);
        EXPECT_TRUE(outcome.last);
        EXPECT_FALSE(outcome.effects.journal);
        EXPECT_THAT(outcome.effects.delivery_id, testing::EndsWith(hook->delivery_suffix));
        seen.insert(outcome.run);
    }
    EXPECT_EQ(seen.size(), 2000u);
}

TEST_F(HookRunnerTest, reports_a_failed_script) {
    const RunOutcome outcome = harness_.final(harness_.start("fail x.lua:3: boom"));
    EXPECT_EQ(outcome.status, RunStatus::failed);
    EXPECT_EQ(outcome.error, "x.lua:3: boom");
}

TEST_F(HookRunnerTest, answers_a_sleep_when_its_time_is_over) {
    const MonoTime begin = harness_.clock.mono();
    const RunOutcome outcome = harness_.final(harness_.start("effect 1 [0.05]"));
    EXPECT_EQ(outcome.output, "[]");
    EXPECT_GE(harness_.clock.mono() - begin, 50ms);
}

TEST_F(HookRunnerTest, keeps_thousands_of_sleeping_runs) {
    const auto hook = harness_.hook("effect 1 [0.3]");
    std::vector<RunRequest> requests;
    for (int i = 0; i < 10'000; ++i) requests.push_back(harness_.request(hook));
    harness_.runner().start(std::move(requests));
    EXPECT_EQ(harness_.wait(10'000).size(), 10'000u);
}

TEST_F(HookRunnerTest, reads_its_own_writes_and_commits_them_with_the_record) {
    const RunOutcome outcome = harness_.final(
        harness_.start("effect 4 [\"a\",1]\neffect 3 [\"a\"]\neffect 5 [\"a\"]\neffect 6 [\"a\"]\n"
                       "effect 4 [\"b\",{\"x\":2}]\neffect 7 [\"\"]"));
    EXPECT_EQ(outcome.output, "[true][1][true][false][true][{\"b\":{\"x\":2}}]");
    ASSERT_EQ(outcome.effects.effects.size(), 3u);
    EXPECT_FALSE(outcome.effects.journal);
    EXPECT_EQ(store_.copy().state.at("b"), "{\"x\":2}");
}

TEST_F(HookRunnerTest, commits_an_increment_at_once) {
    const RunOutcome outcome =
        harness_.final(harness_.start("effect 8 [\"n\",5]\neffect 8 [\"n\",2]"));
    EXPECT_EQ(outcome.output, "[5][7]");
    EXPECT_TRUE(outcome.effects.effects.empty());
    EXPECT_EQ(store_.copy().journal.size(), 2u);
}

TEST_F(HookRunnerTest, commits_changes_before_a_sleep_begins) {
    const RunId run = harness_.start("effect 4 [\"a\",1]\neffect 1 [100]");
    EXPECT_TRUE(harness_.until([&](const auto&) { return store_.copy().state.contains("a"); }));
    harness_.runner().hand_back();
    const RunOutcome outcome = harness_.final(run);
    EXPECT_TRUE(outcome.handed_back);
    EXPECT_FALSE(outcome.last);
    EXPECT_TRUE(outcome.effects.effects.empty());
}

TEST_F(HookRunnerTest, dispatches_an_event_with_its_cause) {
    const RunOutcome outcome =
        harness_.final(harness_.start("effect 9 [\"custom.next\",{\"a\":1}]\neffect 10 []"));
    EXPECT_THAT(outcome.output, AllOf(HasSubstr("[true,\""), HasSubstr("][true]")));
    const auto dispatched = store_.copy().dispatched;
    ASSERT_EQ(dispatched.size(), 1u);
    EXPECT_EQ(dispatched[0].type, "custom.next");
    EXPECT_EQ(dispatched[0].source, "hook:hook-1");
    EXPECT_EQ(dispatched[0].stack, "blue");
    EXPECT_EQ(dispatched[0].root_id, "event-1");
    EXPECT_EQ(dispatched[0].parent_id, "event-1");
    EXPECT_EQ(dispatched[0].depth, 1);
    EXPECT_EQ(dispatched[0].hook_generation, 7);
}

TEST_F(HookRunnerTest, refuses_a_dispatch_that_no_source_could_make) {
    const RunOutcome outcome =
        harness_.final(harness_.start("effect 9 [\"not a type\",{}]\neffect 9 [\"a.b\",[1]]"));
    EXPECT_THAT(outcome.output, HasSubstr("[false,\"event.dispatch: "));
    EXPECT_TRUE(outcome.effects.effects.empty());
}

TEST_F(HookRunnerTest, ends_a_chain_of_dispatches) {
    RunRequest request = harness_.request(harness_.hook("effect 9 [\"custom.next\",{}]"));
    auto event = std::make_shared<Event>(*request.event);
    event->depth = kMaxDepth;
    request.event = event;
    const RunId run = request.run;
    harness_.runner().start({request});
    EXPECT_THAT(harness_.final(run).output, HasSubstr("[false,\"event.dispatch: this hook's"));
}

TEST_F(HookRunnerTest, raises_for_effects_that_it_does_not_know) {
    const RunOutcome outcome =
        harness_.final(harness_.start("effect 99 []\neffect 3 {broken\neffect 3 [1]"));
    EXPECT_THAT(outcome.output, AllOf(HasSubstr("raised this master knows no effect 99"),
                                      HasSubstr("raised state.get: arguments that cannot be read"),
                                      HasSubstr("raised state.get needs a key")));
}

TEST_F(HookRunnerTest, tells_the_script_when_changes_cannot_be_stored) {
    store_.change([](auto& content) { content.refuse = true; });
    const RunOutcome outcome =
        harness_.final(harness_.start("effect 4 [\"a\",1]\neffect 8 [\"n\",1]\neffect 1 [0]"));
    EXPECT_THAT(outcome.output, AllOf(HasSubstr("raised state.increment: "),
                                      HasSubstr("raised sleep: the changes so far could not")));
    // What it was told stands.
    ASSERT_EQ(outcome.effects.effects.size(), 1u);
    EXPECT_EQ(outcome.effects.effects[0].state_key, "a");
}

TEST_F(HookRunnerTest, finds_the_answers_of_an_earlier_attempt_in_the_journal) {
    const auto hook = harness_.hook("effect 8 [\"n\",1]\neffect 3 [\"n\"]");
    RunRequest request = harness_.request(hook);
    RunRequest again = request;
    harness_.runner().start({request});
    EXPECT_EQ(harness_.final(request.run).output, "[1][1]");
    again.run = 100;
    again.attempt = 2;
    again.has_journal = true;
    harness_.runner().start({again});
    EXPECT_EQ(harness_.final(100).output, "[1][1]");
    EXPECT_EQ(store_.copy().state.at("n"), "1");
}

TEST_F(HookRunnerTest, loads_a_script_in_a_worker) {
    EXPECT_EQ(harness_.load("good").value_or(""), "{\"form\":\"on_event\"}");
    const auto bad = harness_.load("bad");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, Code::invalid);
    EXPECT_EQ(bad.error().message, "x.lua:1: no hook");
}

TEST_F(HookRunnerTest, collects_what_the_lockdown_lacks_and_shows_its_workers) {
    EXPECT_TRUE(harness_.until([&](const auto& status) {
        return status.size() == 2 && harness_.runner().warnings().size() == 1;
    }));
    const RunId run = harness_.start("effect 1 [100]");
    EXPECT_TRUE(harness_.until([](const auto& status) {
        return status[0].live_runs + status[1].live_runs == 1 &&
               status[0].state == WorkerState::idle;
    }));
    harness_.runner().hand_back();
    EXPECT_TRUE(harness_.final(run).handed_back);
}

}  // namespace
}  // namespace sloth
