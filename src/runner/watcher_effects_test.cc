// Watchers asked for by hooks, through the whole runner with a fake worker and a fake of the
// agents' side.
#include <gmock/gmock.h>

#include <thread>

#include "tests/fakes/fake_workers.h"
#include "tests/fakes/runner_harness.h"

namespace sloth {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kSpec =
    R"({"conditions":["modified"],"interval":"10s","path":"/etc/hosts","type":"file"})";

class WatcherEffectsTest : public testing::Test {
 protected:
    static std::string put(std::string_view spec = kSpec, std::string_view agent = "web-01") {
        return fmt::format(R"(effect 20 ["{}",{}])", agent, spec);
    }
    static std::string remove() { return R"(effect 21 ["web-01","hosts"])"; }
    RunOutcome run(const std::string& steps) { return harness_.final(harness_.start(steps)); }
    RunOutcome run(std::shared_ptr<RunnableHook> hook) {
        return harness_.final(harness_.start(std::move(hook)));
    }

    FakeWorkers workers_;
    RunnerHarness harness_{workers_, RunnerHarness::options(2)};
    FakeWatcherControl& watchers_ = harness_.watchers;
};

TEST_F(WatcherEffectsTest, asks_the_agent_and_gives_its_answer) {
    const RunOutcome outcome = run(put() + "\n" + remove());
    EXPECT_EQ(outcome.output, "[\"watcher-1\"][true]");
    EXPECT_THAT(watchers_.asked(),
                ElementsAre(fmt::format("put web-01 {}", kSpec), "remove web-01 hosts"));
}

TEST_F(WatcherEffectsTest, says_what_was_asked_when_it_is_refused) {
    watchers_.set_answer(fail_with({Code::not_found, "there is no agent", "look at `agent list`"}));
    EXPECT_EQ(run(put()).output,
              R"([null,"watcher.register.file /etc/hosts on web-01: there is no agent; )"
              R"(look at `agent list`"])");
    EXPECT_EQ(
        run(remove()).output,
        R"([false,"watcher.remove hosts on web-01: there is no agent; look at `agent list`"])");
}

TEST_F(WatcherEffectsTest, puts_the_hooks_stack_on_a_watcher_that_has_none) {
    auto hook = harness_.hook(put());
    hook->stack = "blue";
    run(hook);
    hook = harness_.hook(put(R"({"conditions":["above"],"stack":"","threshold":5,"type":"cpu"})"));
    hook->stack = "blue";
    run(hook);
    const auto asked = watchers_.asked();
    ASSERT_EQ(asked.size(), 2u);
    EXPECT_THAT(asked[0], HasSubstr(R"("type":"file","stack":"blue"})"));
    EXPECT_THAT(asked[1], HasSubstr(R"("stack":"")"));
}

TEST_F(WatcherEffectsTest, is_for_hooks_with_all_rights_of_the_service) {
    for (const Profile profile : {Profile::standard, Profile::pure, Profile::service}) {
        for (const std::string& call : {put(), remove()}) {
            auto hook = harness_.hook(call);
            hook->profile = profile;
            hook->permissions.listed = true;
            const RunOutcome outcome = run(hook);
            EXPECT_THAT(outcome.output,
                        HasSubstr("not permitted: watchers are for hooks with the profile "
                                  "'service' and without a list of permissions"));
        }
    }
    auto hook = harness_.hook(put());
    hook->profile = Profile::standard;
    EXPECT_THAT(run(hook).output, HasSubstr("watcher.register: not permitted"));
    EXPECT_THAT(watchers_.asked(), IsEmpty());
}

TEST_F(WatcherEffectsTest, believes_no_worker) {
    for (const char* call :
         {"effect 20 []", "effect 20 [\"\",{}]", "effect 20 [\"a\",7]", "effect 20 [\"a\",{}]",
          R"(effect 20 ["a",{"type":"file","path":"a","conditions":["created"]}])",
          R"(effect 20 ["a",{"type":"file","path":"/a","conditions":["created"],"id":"x"}])",
          R"(effect 20 ["a",{"type":"file","path":"/a","conditions":["created"],"revision":2}])",
          "effect 21 []", "effect 21 [\"a\",\"\"]"}) {
        EXPECT_THAT(run(call).output, HasSubstr("watcher.re")) << call;
    }
    EXPECT_THAT(watchers_.asked(), IsEmpty());
}

TEST_F(WatcherEffectsTest, only_lists_what_a_dry_run_would_ask) {
    RunRequest request = harness_.request(harness_.hook(put() + "\n" + remove()));
    request.dry_run = request.trace = true;
    const RunId id = request.run;
    std::vector<RunRequest> batch;
    batch.push_back(std::move(request));
    harness_.runner().start(std::move(batch));
    const RunOutcome outcome = harness_.final(id);
    EXPECT_EQ(outcome.output, "[\"watcher-of-a-dry-run\"][true]");
    ASSERT_EQ(outcome.trace.size(), 2u);
    EXPECT_EQ(outcome.trace[0].name, "watcher.register");
    EXPECT_THAT(outcome.trace[0].arguments, HasSubstr("/etc/hosts"));
    EXPECT_TRUE(outcome.trace[0].dry && outcome.trace[1].dry);
    EXPECT_THAT(watchers_.asked(), IsEmpty());
}

TEST_F(WatcherEffectsTest, commits_what_came_before_it_and_asks_once_for_all_attempts) {
    const RunOutcome outcome =
        run("effect 4 [\"a\",1]\n" + put() + "\n" + remove() + "\ndie 1\neffect 4 [\"b\",1]");
    EXPECT_EQ(outcome.attempt, 2);
    EXPECT_EQ(outcome.output, "[true][\"watcher-1\"][true][true]");
    EXPECT_EQ(watchers_.asked().size(), 2u);
    EXPECT_EQ(harness_.store.copy().state.at("a"), "1");
    EXPECT_FALSE(harness_.store.copy().journal.empty());
}

TEST_F(WatcherEffectsTest, takes_an_answer_from_any_thread) {
    watchers_.hold();
    const RunId id = harness_.start(put());
    ASSERT_EQ(watchers_.wait(1).size(), 1u);
    std::thread([held = watchers_.take_held()] { held.at(0)("watcher-9"); }).join();
    EXPECT_EQ(harness_.final(id).output, "[\"watcher-9\"]");
}

TEST_F(WatcherEffectsTest, names_what_nobody_answered_and_drops_a_late_answer) {
    watchers_.hold();
    const RunOutcome outcome = harness_.final(harness_.start(put(), 50ms));
    EXPECT_EQ(outcome.status, RunStatus::timeout);
    EXPECT_THAT(outcome.error,
                HasSubstr("outcome unknown: watcher.register.file /etc/hosts on web-01"));
    const auto held = watchers_.take_held();
    ASSERT_EQ(held.size(), 1u);
    held[0]("watcher-9");
    EXPECT_EQ(run(put()).output, "[\"watcher-1\"]");
}

TEST_F(WatcherEffectsTest, takes_an_answer_when_the_runner_is_gone) {
    std::vector<WatcherControl::Done> held;
    {
        FakeWorkers workers;
        RunnerHarness harness(workers, RunnerHarness::options(1));
        harness.watchers.hold();
        harness.start(put());
        ASSERT_EQ(harness.watchers.wait(1).size(), 1u);
        held = harness.watchers.take_held();
    }
    held.at(0)("watcher-9");
}

}  // namespace
}  // namespace sloth
