// What happens to runs when their worker dies, stalls or takes too long.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/fakes/fake_workers.h"
#include "tests/fakes/runner_harness.h"

namespace sloth {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class WorkerLifeTest : public testing::Test {
 protected:
    static size_t count(const std::vector<RunOutcome>& all, RunId run, RunStatus status) {
        return static_cast<size_t>(std::ranges::count_if(
            all, [&](const RunOutcome& o) { return o.run == run && o.status == status; }));
    }
    std::string file(const std::string& name) {
        const std::string path = testing::TempDir() + name + std::to_string(::getpid());
        std::ofstream(path).close();
        return path;
    }
    static std::string read(const std::string& path) {
        std::ifstream in(path);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::unique_ptr<Zygote> zygote_ = *Zygote::start();
    FakeWorkers workers_{zygote_.get()};
    RunnerHarness harness_{workers_, RunnerHarness::options(2)};
    EffectStore& store_ = harness_.store;
};

TEST_F(WorkerLifeTest, reruns_what_a_dead_worker_held) {
    const RunId run = harness_.start("die 1");
    const RunOutcome last = harness_.final(run);
    EXPECT_EQ(last.status, RunStatus::success);
    EXPECT_EQ(last.attempt, 2);
    const auto all = harness_.all();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].status, RunStatus::interrupted);
    EXPECT_EQ(all[0].attempt, 1);
    EXPECT_FALSE(all[0].last);
    EXPECT_EQ(all[0].error, "worker process was killed by signal 9 (SIGKILL)");
    EXPECT_EQ(workers_.spawned(), 4);  // two, one in its place, one for the rerun alone
}

TEST_F(WorkerLifeTest, fails_a_run_that_has_killed_four_workers) {
    const RunId run = harness_.start("die 100");
    const RunOutcome last = harness_.final(run);
    EXPECT_EQ(last.status, RunStatus::failed);
    EXPECT_EQ(last.attempt, 4);
    EXPECT_THAT(last.error, HasSubstr("its worker process died 4 times"));
    EXPECT_EQ(count(harness_.all(), run, RunStatus::interrupted), 3u);
}

TEST_F(WorkerLifeTest, reruns_what_had_no_memory) {
    const RunOutcome last = harness_.final(harness_.start("memory 2"));
    EXPECT_EQ(last.status, RunStatus::success);
    EXPECT_EQ(last.attempt, 3);
    EXPECT_EQ(harness_.all()[0].error, "no memory");
}

TEST_F(WorkerLifeTest, never_starts_a_command_twice_in_one_delivery) {
    const std::string log = file("commands");
    // It has ended before the worker dies: the answer is recalled.
    const std::string echo = "effect 2 [\"echo x >> " + log + "\"]\n";
    EXPECT_EQ(harness_.final(harness_.start(echo + "die 2")).attempt, 3);
    EXPECT_EQ(read(log), "x\n");
    // It is under way when the worker dies: the rerun attaches to it.
    const std::string slow = "effect 2 [\"echo y >> " + log + "; sleep 0.5; echo done\"]\n";
    const RunId waiting = harness_.start(slow);
    EXPECT_TRUE(harness_.until([&](const auto&) { return read(log) == "x\ny\n"; }));
    for (int i = 0; i < 6; ++i) harness_.start("die 1");
    const RunOutcome outcome = harness_.final(waiting);
    EXPECT_THAT(outcome.output, HasSubstr("done"));
    EXPECT_GE(outcome.attempt, 2);
    EXPECT_EQ(read(log), "x\ny\n");
}

TEST_F(WorkerLifeTest, drops_the_buffer_of_an_interrupted_attempt) {
    const RunOutcome last = harness_.final(
        harness_.start("effect 4 [\"a\",1]\neffect 8 [\"n\",1]\neffect 4 [\"b\",1]\ndie 1"));
    EXPECT_EQ(last.output, "[true][1][true]");
    ASSERT_EQ(last.effects.effects.size(), 1u);  // only b: a went with the increment
    EXPECT_EQ(store_.copy().state.at("n"), "1");
}

TEST_F(WorkerLifeTest, waits_for_a_flush_before_it_reruns) {
    store_.change([](auto& content) { content.hold = true; });
    const RunId run = harness_.start("effect 8 [\"n\",1]\neffect 8 [\"n\",1]");
    EXPECT_TRUE(harness_.until([&](const auto&) {
        bool held = false;
        store_.change([&](auto& content) { held = !content.held.empty(); });
        return held;
    }));
    for (int i = 0; i < 6; ++i) harness_.start("die 1");
    EXPECT_GE(harness_.wait(6).size(), 6u);
    store_.release();
    EXPECT_EQ(harness_.final(run).output, "[1][2]");
    EXPECT_EQ(store_.copy().state.at("n"), "2");
}

TEST_F(WorkerLifeTest, closes_a_waiting_run_at_its_deadline) {
    const MonoTime begin = harness_.clock.mono();
    const RunOutcome outcome =
        harness_.final(harness_.start("effect 4 [\"a\",1]\neffect 2 [\"sleep 60\"]", 200ms));
    EXPECT_EQ(outcome.status, RunStatus::timeout);
    EXPECT_EQ(outcome.error, "timed out after 200ms; outcome unknown: exec.run \"sleep 60\"");
    EXPECT_TRUE(outcome.last);
    EXPECT_LT(harness_.clock.mono() - begin, 5s);
    EXPECT_EQ(workers_.kills(), 0);
}

TEST_F(WorkerLifeTest, commits_what_a_timed_out_script_was_told) {
    const RunOutcome outcome = harness_.final(
        harness_.start("effect 4 [\"a\",1]\neffect 1 [0]\neffect 4 [\"b\",1]\nhang", 100ms));
    EXPECT_EQ(outcome.status, RunStatus::timeout);
    ASSERT_EQ(outcome.effects.effects.size(), 1u);
    EXPECT_EQ(outcome.effects.effects[0].state_key, "b");
    EXPECT_EQ(workers_.kills(), 0);  // its slice had ended: only the run is forgotten
}

TEST_F(WorkerLifeTest, kills_the_worker_of_a_slice_that_does_not_end) {
    const auto bomb = harness_.hook("stall", 300ms);
    const RunId run = harness_.start(bomb);
    std::vector<RunId> neighbours;
    for (int i = 0; i < 50; ++i) neighbours.push_back(harness_.start("effect 1 [0.01]"));
    for (const RunId neighbour : neighbours) {
        EXPECT_EQ(harness_.final(neighbour).status, RunStatus::success);
    }
    const RunOutcome outcome = harness_.final(run);
    EXPECT_EQ(outcome.status, RunStatus::timeout);
    EXPECT_EQ(outcome.error, "timed out after 300ms");
    EXPECT_GE(workers_.kills(), 1);
    EXPECT_EQ(harness_.all().size(), 51u);  // moving left no rows
}

TEST_F(WorkerLifeTest, moves_the_neighbours_of_a_stall) {
    const auto bomb = harness_.hook("stall", 20s);
    const RunId sleeper = harness_.start("effect 8 [\"n\",1]\neffect 1 [0.3]\neffect 8 [\"n\",1]");
    const RunId other = harness_.start("effect 8 [\"m\",1]\neffect 1 [0.3]\neffect 8 [\"m\",1]");
    const RunId run = harness_.start(bomb);
    EXPECT_TRUE(harness_.until([](const auto& all) {
        return std::ranges::any_of(all, [](const WorkerStatus& worker) {
            return worker.state == WorkerState::stalled && worker.live_runs == 1;
        });
    }));
    EXPECT_EQ(harness_.final(sleeper).output, "[1][][2]");
    EXPECT_EQ(harness_.final(other).output, "[1][][2]");
    workers_.release_stalls();
    EXPECT_EQ(harness_.final(run).status, RunStatus::success);
    EXPECT_EQ(harness_.final(sleeper).attempt, 1);
    // Back to the usual number.
    EXPECT_TRUE(harness_.until([](const auto& all) { return all.size() == 2; }));
}

TEST_F(WorkerLifeTest, bounds_the_workers_of_a_hook_that_stalls) {
    const auto bomb = harness_.hook("stall", 300ms);
    std::vector<RunId> runs;
    for (int i = 0; i < 6; ++i) runs.push_back(harness_.start(bomb));
    size_t most = 0;
    EXPECT_TRUE(harness_.until([&](const auto& all) {
        most = std::max(most, all.size());
        return harness_.all().size() == 6;
    }));
    for (const RunId run : runs) EXPECT_EQ(harness_.final(run).status, RunStatus::timeout);
    EXPECT_LE(most, 2u + 2u + 2u);
}

TEST_F(WorkerLifeTest, lets_a_hook_share_again_once_it_has_behaved) {
    const auto hook = harness_.hook("die 1");
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(harness_.final(harness_.start(hook)).status, RunStatus::success);
    }
    EXPECT_TRUE(harness_.until([](const auto& all) { return all.size() == 2; }));
}

TEST_F(WorkerLifeTest, hands_back_live_runs_with_their_answers) {
    const std::string log = file("handed");
    const RunId run =
        harness_.start("effect 2 [\"echo one\"]\neffect 4 [\"a\",1]\neffect 2 [\"echo two >> " +
                       log + "; sleep 60\"]");
    EXPECT_TRUE(harness_.until([&](const auto&) { return read(log) == "two\n"; }));
    harness_.runner().hand_back();
    const RunOutcome outcome = harness_.final(run);
    EXPECT_TRUE(outcome.handed_back);
    EXPECT_FALSE(outcome.last);
    EXPECT_EQ(outcome.status, RunStatus::interrupted);
    EXPECT_THAT(outcome.error, HasSubstr("outcome unknown: exec.run \"echo two"));
    EXPECT_TRUE(outcome.effects.journal);
    EXPECT_TRUE(outcome.effects.effects.empty());
    EXPECT_TRUE(outcome.effects.answers.empty());  // the first command's went with the flush
    EXPECT_EQ(store_.copy().journal.size(), 2u);
}

TEST_F(WorkerLifeTest, says_why_no_worker_can_be_started_and_goes_on_when_one_can) {
    FakeWorkers workers;
    workers.refuses = true;
    RunnerHarness harness(workers, RunnerHarness::options(1));
    const RunOutcome outcome = harness.final(harness.start("", 1s));
    EXPECT_EQ(outcome.status, RunStatus::failed);
    EXPECT_EQ(outcome.error, "no worker process could be started: no process to spare");
    const RunId patient = harness.start("", 20s);
    workers.refuses = false;
    EXPECT_EQ(harness.final(patient).status, RunStatus::success);
}

TEST_F(WorkerLifeTest, gives_up_on_a_script_that_does_not_load) {
    RunnerOptions options = RunnerHarness::options(1);
    options.load_limit = 100ms;
    FakeWorkers workers;
    RunnerHarness impatient(workers, options);
    const auto loaded = impatient.load("hang");
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, Code::invalid);
    EXPECT_EQ(loaded.error().message, "x.lua: loading it took longer than 100ms");
}

}  // namespace
}  // namespace sloth
