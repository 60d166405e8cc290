#include "watch/command.h"

#include <csignal>

#include "tests/fakes/watch_bed.h"
#include "watch/linux_host.h"

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct CommandWatcherTest : WatchBed {
    ~CommandWatcherTest() override { watcher.reset(); }

    void make_command(const std::string& command, Json more = Json::object()) {
        Json fields{{"type", "command"}, {"command", command}, {"conditions", {"changed"}}};
        fields.update(more);
        const auto made = make(fields);
        ASSERT_TRUE(made) << made.error().message;
    }
    // The next run, to its end.
    std::vector<std::string> run() {
        clock.advance(5s);
        for (int i = 0; i < 200; ++i) {
            auto types = look();
            if (!again || save != Check::Save::no) return types;
            pollfd ready{notifier.fd(), POLLIN, 0};
            ::poll(&ready, 1, 50);
            take_notices();
        }
        return {"no end"};
    }
};

TEST_F(CommandWatcherTest, tells_when_a_command_prints_something_else) {
    folder.write("out", "one");
    make_command("cat " + folder.path("out") + " | tr a-z A-Z");
    EXPECT_THAT(run(), IsEmpty());
    EXPECT_THAT(run(), IsEmpty());
    folder.write("out", "two");
    EXPECT_THAT(run(), ElementsAre("command.output_changed"));
    EXPECT_EQ(data()["old_output"], "ONE");
    EXPECT_EQ(data()["new_output"], "TWO");
    EXPECT_EQ(data()["watcher_id"], "watcher-1");
    EXPECT_THAT(data()["command"].get<std::string>(), HasSubstr("tr a-z"));
    folder.write("out", "");
    EXPECT_THAT(run(), ElementsAre("command.output_changed"));
}

TEST_F(CommandWatcherTest, tells_when_it_fails_and_when_it_is_well_again) {
    make_command("echo oops >&2; test ! -e " + folder.path("bad"), {{"conditions", {"failed"}}});
    EXPECT_THAT(run(), IsEmpty());
    folder.write("bad", "");
    EXPECT_THAT(run(), ElementsAre("command.failed"));
    EXPECT_EQ(data()["exit_code"], 1);
    EXPECT_EQ(data()["error_output"], "oops\n");
    EXPECT_THAT(run(), IsEmpty());
    folder.remove("bad");
    EXPECT_THAT(run(), ElementsAre("command.recovered"));
    make_command("exit 3", {{"conditions", {"failed"}}, {"expected_exit", 3}});
    EXPECT_THAT(run(), IsEmpty());
    make_command("kill -SEGV $$", {{"conditions", {"failed"}}});
    EXPECT_THAT(run(), ElementsAre("command.failed"));
    EXPECT_EQ(data()["signal"], SIGSEGV);
    EXPECT_EQ(data()["initial"], true);
}

TEST_F(CommandWatcherTest, tells_when_its_output_begins_to_match) {
    folder.write("out", "fine");
    make_command("cat " + folder.path("out"),
                 {{"conditions", {"matches"}}, {"pattern", "bad|worse"}});
    EXPECT_THAT(run(), IsEmpty());
    folder.write("out", "all is worse");
    EXPECT_THAT(run(), ElementsAre("command.output_matched"));
    EXPECT_EQ(data()["match"], "worse");
    EXPECT_EQ(data()["output"], "all is worse");
    EXPECT_THAT(run(), IsEmpty());
}

TEST_F(CommandWatcherTest, compares_the_number_that_it_prints) {
    folder.write("n", "queue: 5 jobs");
    make_command("cat " + folder.path("n"), {{"conditions", {"above"}}, {"threshold", 10}});
    EXPECT_THAT(run(), IsEmpty());
    folder.write("n", "queue: 10.5 jobs");
    EXPECT_THAT(run(), ElementsAre("command.threshold_exceeded"));
    EXPECT_EQ(data()["value"], 10.5);
    folder.write("n", "queue: 0 jobs");
    EXPECT_THAT(run(), ElementsAre("command.threshold_normal"));
    folder.write("n", "nothing");
    EXPECT_THAT(run(), ElementsAre("error"));
    EXPECT_THAT(error.message, HasSubstr("no number"));
    EXPECT_THAT(error.message, Not(HasSubstr("cat")));  // it is logged; a command may hold a secret
}

TEST_F(CommandWatcherTest, kills_what_runs_too_long_with_all_its_children) {
    const std::string mark = folder.path("mark");
    make_command("(while :; do :; done) & echo $! > " + mark + "; wait",
                 {{"conditions", {"failed"}}, {"timeout", "2s"}});
    look();
    ASSERT_TRUE(again);
    while (::access(mark.c_str(), F_OK) != 0) ::poll(nullptr, 0, 5);
    const int child = [&] {
        int pid = 0;
        while (pid == 0) std::ifstream(mark) >> pid;
        return pid;
    }();
    LinuxHost real;
    EXPECT_TRUE(real.process(child));
    EXPECT_THAT(look_after(2s), ElementsAre("command.failed"));
    EXPECT_EQ(data()["timed_out"], true);
    int tries = 0;
    while (real.process(child) && ++tries < 500) ::poll(nullptr, 0, 10);
    EXPECT_FALSE(real.process(child)) << "the child lives on";
}

TEST_F(CommandWatcherTest, keeps_the_beginning_of_a_flood_and_notices_a_change_behind_it) {
    make_command("cat " + folder.path("flood"));
    folder.write("flood", std::string(3 << 20, 'x'));
    EXPECT_THAT(run(), IsEmpty());
    EXPECT_LT(watcher->baseline().size(), 20'000u);
    folder.write("flood", std::string(3 << 20, 'x') + "y");
    EXPECT_THAT(run(), ElementsAre("command.output_changed"));
    EXPECT_EQ(data()["output_cut"], true);
}

TEST_F(CommandWatcherTest, tells_what_changed_while_the_agent_was_down_as_inferred) {
    folder.write("out", "one");
    make_command("cat " + folder.path("out"));
    run();
    restart();
    EXPECT_THAT(run(), IsEmpty());
    restart();
    folder.write("out", "two");
    EXPECT_THAT(run(), ElementsAre("command.output_changed"));
    EXPECT_TRUE(sightings[0].inferred);
}

TEST(FirstNumber, is_found_in_a_text) {
    EXPECT_EQ(first_number("load 0.75, 1.5"), 0.75);
    EXPECT_EQ(first_number("-5 degrees"), -5);
    EXPECT_EQ(first_number("web-5"), 5);
    EXPECT_EQ(first_number(".5"), 0.5);
    EXPECT_EQ(first_number("87%\n"), 87);
    EXPECT_FALSE(first_number("none"));
}

}  // namespace
}  // namespace sloth
