// exec.run through the whole runner: real children, a fake worker.
#include <gmock/gmock.h>

#include "base/byte_text.h"
#include "tests/fakes/fake_workers.h"
#include "tests/fakes/runner_harness.h"

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
    FakeWorkers workers_;
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

TEST_F(ExecTest, does_not_wait_for_grandchildren_that_hold_the_pipes) {
    const MonoTime begin = harness_.clock.mono();
    EXPECT_THAT(run(R"(["echo started; sleep 20 & disown"])"), HasSubstr("started\\n"));
    EXPECT_LT(harness_.clock.mono() - begin, 10s);
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
