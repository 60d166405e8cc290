// Effects that are computed on the pool, through the whole runner with a fake worker: slow hashes
// of passwords, time zones.
#include <gmock/gmock.h>

#include "tests/fakes/fake_workers.h"
#include "tests/fakes/runner_harness.h"

namespace sloth {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kSalt = "00112233445566778899aabbccddeeff";

class PoolEffectsTest : public testing::Test {
 protected:
    RunOutcome run(const std::string& steps) { return harness_.final(harness_.start(steps)); }
    static std::string hash(std::string_view algorithm, std::string_view password, int cost) {
        return fmt::format(R"(effect 18 ["{}","{}",{},"{}"])", algorithm, password, cost, kSalt);
    }

    FakeWorkers workers_;
    RunnerHarness harness_{workers_, RunnerHarness::options(2)};
};

TEST_F(PoolEffectsTest, hashes_and_checks_passwords) {
    const std::string made = run(hash("bcrypt", "secret", 10)).output;
    EXPECT_THAT(made, StartsWith("[\"$2b$10$"));
    const std::string quoted = made.substr(1, made.size() - 2);
    EXPECT_EQ(run("effect 19 [\"bcrypt\",\"secret\"," + quoted + "]").output, "[true]");
    EXPECT_EQ(run("effect 19 [\"bcrypt\",\"other\"," + quoted + "]").output, "[false]");
    EXPECT_EQ(run("effect 19 [\"scrypt\",\"secret\"," + quoted + "]").output,
              "[null,\"this is no scrypt hash\"]");
    const std::string scrypt = run(hash("scrypt", "secret", 14)).output;
    EXPECT_THAT(scrypt, StartsWith("[\"$scrypt$ln=14,r=8,p=5$"));
    EXPECT_EQ(run("effect 19 [\"scrypt\",\"secret\"," + scrypt.substr(1)).output, "[true]");
}

TEST_F(PoolEffectsTest, refuses_passwords_and_costs_without_showing_the_password) {
    const std::string long_password(80, 'x');
    EXPECT_THAT(run(hash("bcrypt", long_password, 10)).output,
                testing::AllOf(HasSubstr("[null,\"bcrypt takes passwords of 1 to 72 bytes"),
                               Not(HasSubstr("xx"))));
    EXPECT_THAT(run(hash("bcrypt", "secret", 4)).output, HasSubstr("[null,\"the cost of bcrypt"));
    const RunOutcome bad = run(R"(effect 18 ["bcrypt","secret",10,"zz"])");
    EXPECT_THAT(bad.output + bad.error,
                testing::AllOf(HasSubstr("needs an algorithm"), Not(HasSubstr("secret"))));
}

TEST_F(PoolEffectsTest, keeps_no_record_of_passwords_and_hashes) {
    // The increment commits at once, with all answers that a later attempt may ask for.
    const RunOutcome outcome =
        run(hash("bcrypt", "secret", 10) + "\n" + R"(effect 17 ["Europe/Berlin","instant",0])" +
            "\n" + R"(effect 8 ["n",1])");
    EXPECT_THAT(outcome.output, HasSubstr("$2b$10$"));
    const auto journal = harness_.store.copy().journal;
    ASSERT_EQ(journal.size(), 1u);
    EXPECT_EQ(journal.begin()->second, "[1]");
}

TEST_F(PoolEffectsTest, names_nothing_of_a_password_when_the_run_is_cut_off) {
    const RunOutcome outcome =
        harness_.final(harness_.start(hash("bcrypt", "secret", 12) + "\nhang", 50ms));
    EXPECT_EQ(outcome.status, RunStatus::timeout);
    EXPECT_EQ(outcome.error, "timed out after 50ms");
}

TEST_F(PoolEffectsTest, knows_time_zones) {
    EXPECT_EQ(run(R"(effect 17 ["Asia/Tokyo","instant",1763900000])").output,
              R"([32400,"JST",false])");
    EXPECT_EQ(run(R"(effect 17 ["Europe/Berlin","local",1774751400])").output,
              R"([1774747800,"gap"])");
    EXPECT_EQ(run(R"(effect 17 ["Europe/Berlin","local",1767942300])").output,
              R"([1767938700,"once"])");
    EXPECT_THAT(run(R"(effect 17 ["../etc/passwd","instant",0])").output,
                HasSubstr("[null,\"there is no time zone '../etc/passwd': zones are named like"));
    EXPECT_THAT(run(R"(effect 17 ["UTC","instant",1e300])").output,
                HasSubstr("needs a name and a moment"));
}

}  // namespace
}  // namespace sloth
