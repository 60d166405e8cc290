// exec.run through the whole runner: real children, a fake worker.
#include <gmock/gmock.h>
#include <poll.h>

#include <filesystem>

#include "base/byte_text.h"
#include "tests/fakes/fake_workers.h"
#include "tests/fakes/runner_harness.h"
#include "tests/fakes/temp_folder.h"

namespace sloth {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ExecTest : public testing::Test {
 protected:
    std::string run(const std::string& args) {
        return harness_.final(harness_.start("effect 2 " + args)).output;
    }
    // Nobody has written to it while we looked.
    bool stops_growing(const std::string& path) {
        std::uintmax_t last = 0;
        int same = 0;
        return harness_.until([&](const auto&) {
            const auto size = std::filesystem::file_size(path);
            same = size == last ? same + 1 : 0;
            last = size;
            ::poll(nullptr, 0, 5);
            return same > 40;
        });
    }

    TempFolder folder_;
    std::unique_ptr<Zygote> zygote_ = *Zygote::start();
    FakeWorkers workers_{zygote_.get()};
    RunnerHarness harness_{workers_, RunnerHarness::options(2)};
};

TEST_F(ExecTest, returns_what_the_command_did) {
    EXPECT_EQ(run(R"(["echo hello; echo oops >&2; exit 3",{}])"),
              R"([{"stdout":"hello\n","stderr":"oops\n","exit_code":3,"success":false,)"
              R"("timed_out":false,"truncated":false}])");
}

TEST_F(ExecTest, gives_the_child_its_surroundings_and_its_cause) {
    const std::string out =
        run(R"(["cat; pwd; env",{"workdir":"/","stdin":"typed\n","env":{"COLOR":"red"}}])");
    EXPECT_THAT(out, AllOf(HasSubstr("typed\\n/\\n"), HasSubstr("COLOR=red"),
                           HasSubstr("SLOTH_CAUSE=event-1/event-1/1"), HasSubstr("HOME=/tmp"),
                           HasSubstr("SLOTH_IDEMPOTENCY_KEY=event-1.")));
    EXPECT_THAT(out, Not(HasSubstr("GTEST")));
}

TEST_F(ExecTest, names_the_signal_that_ended_the_child) {
    EXPECT_THAT(run(R"(["kill -TERM $$"])"),
                AllOf(HasSubstr("\"exit_code\":-1"), HasSubstr("\"signal\":\"SIGTERM\"")));
}

TEST_F(ExecTest, answers_nil_and_the_reason_if_it_cannot_start) {
    EXPECT_THAT(run(R"(["true",{"workdir":"/no/such/place"}])"),
                AllOf(HasSubstr("[null,\"exec.run"), HasSubstr("/no/such/place")));
}

TEST_F(ExecTest, ends_the_whole_group_at_its_timeout) {
    const MonoTime begin = harness_.clock.mono();
    EXPECT_THAT(run(R"(["sleep 100 & sleep 100",{"timeout":0.1}])"),
                AllOf(HasSubstr("\"timed_out\":true"), HasSubstr("SIGKILL")));
    EXPECT_LT(harness_.clock.mono() - begin, 10s);
}

TEST_F(ExecTest, ends_what_a_command_leaves_behind_and_says_how_many) {
    const MonoTime begin = harness_.clock.mono();
    const std::string out = run(R"(["echo started; sleep 21 & sleep 21 & disown -a"])");
    EXPECT_THAT(out, AllOf(HasSubstr("started\\n"), HasSubstr("\"left\":2")));
    EXPECT_LT(harness_.clock.mono() - begin, 10s);
}

TEST_F(ExecTest, ends_what_has_left_its_session_and_its_parent) {
    const std::string mark = folder_.path() / "escaped";
    // A double fork with a session of its own, which writes for as long as it lives.
    const std::string out = run(R"(["setsid sh -c '(while :; do echo x >> )" + mark +
                                R"(; sleep 0.01; done) & ' & sleep 0.2",{"timeout":0.1}])");
    EXPECT_THAT(out, HasSubstr("\"timed_out\":true"));
    EXPECT_TRUE(stops_growing(mark));
}

TEST_F(ExecTest, ends_a_fork_bomb) {
    EXPECT_THAT(run(R"([":(){ :|:& };:; sleep 20",{"timeout":0.3}])"),
                HasSubstr("\"timed_out\":true"));
    EXPECT_THAT(run(R"(["echo still here"])"), HasSubstr("still here"));
    // Without its complaints: they may fill what the run may say before its end is said.
    EXPECT_THAT(run(R"(["exec 2>/dev/null; :(){ :|:& };:"])"), HasSubstr("\"exit_code\":"));
    EXPECT_THAT(run(R"(["echo and again"])"), HasSubstr("and again"));
}

TEST_F(ExecTest, leaves_alone_what_is_detached) {
    const std::string mark = folder_.path() / "detached";
    const std::string out =
        run(R"(["(sleep 0.3; echo done > )" + mark + R"() > /dev/null 2>&1 &",{"detach":true}])");
    EXPECT_THAT(out, AllOf(HasSubstr("\"exit_code\":0"), Not(HasSubstr("\"left\""))));
    EXPECT_TRUE(harness_.until([&](const auto&) { return std::filesystem::exists(mark); }));
}

TEST_F(ExecTest, starts_a_list_without_a_shell) {
    EXPECT_THAT(run(R"([["printf","%s|","$HOME","a b","*"]])"), HasSubstr("$HOME|a b|*|"));
    EXPECT_THAT(run(R"([["no-such-program-here"]])"),
                AllOf(HasSubstr("[null,\"exec.run"), HasSubstr("no such file")));
    EXPECT_THAT(run(R"([[]])"), HasSubstr("a string or a list"));
    EXPECT_THAT(run(R"([["a",{}]])"), HasSubstr("a list of strings"));
}

TEST_F(ExecTest, runs_a_command_as_another_user_or_says_why_not) {
    if (::geteuid() == 0) {
        EXPECT_THAT(run(R"(["id -un",{"user":"nobody"}])"), HasSubstr("\"stdout\":\"nobody\\n\""));
    } else {
        EXPECT_THAT(run(R"(["id -un",{"user":"root"}])"), HasSubstr("must run as root"));
    }
    EXPECT_THAT(run(R"(["true",{"user":"no-such-user"}])"), HasSubstr("no user 'no-such-user'"));
}

TEST_F(ExecTest, is_refused_to_hooks_without_the_permission) {
    auto hook = std::make_shared<RunnableHook>(*harness_.hook(R"(effect 2 ["true"])"));
    hook->permissions.listed = true;
    EXPECT_THAT(
        harness_.final(harness_.start(hook)).output,
        HasSubstr("raised exec.run: not permitted: the hook's permissions do not give `exec`"));
    hook->permissions.listed = false;
    hook->profile = Profile::pure;
    EXPECT_THAT(harness_.final(harness_.start(hook)).output,
                HasSubstr("profile 'pure' has no `exec`"));
    hook->profile = Profile::standard;
    EXPECT_THAT(harness_.final(harness_.start(hook)).output, HasSubstr("\"exit_code\":0"));
}

TEST_F(ExecTest, cuts_huge_output_and_drains_the_rest) {
    const std::string out = run(R"(["head -c 50000000 /dev/zero | tr '\\0' x; echo end >&2"])");
    EXPECT_THAT(out, AllOf(HasSubstr("\"truncated\":true"), HasSubstr("\"exit_code\":0"),
                           HasSubstr("\"stderr\":\"end\\n\"")));
    EXPECT_LT(out.size(), (256u << 10) + 1000);
}

TEST_F(ExecTest, carries_bytes_that_are_no_text) {
    const std::string bytes = {'a', '\xFF', 'b'};
    EXPECT_THAT(run(R"(["printf 'a\\377b'"])"), HasSubstr(to_byte_text(bytes)));
}

TEST_F(ExecTest, refuses_options_that_it_does_not_know) {
    EXPECT_THAT(run(R"(["true",{"shell":"zsh"}])"), HasSubstr("there is no option 'shell'"));
    EXPECT_THAT(run(R"(["true",{"timeout":"soon"}])"), HasSubstr("raised exec.run: "));
    EXPECT_THAT(run(R"([""])"), HasSubstr("the command is empty"));
}

}  // namespace
}  // namespace sloth
