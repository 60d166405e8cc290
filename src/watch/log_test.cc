#include "watch/log.h"

#include <unistd.h>

#include "tests/fakes/watch_bed.h"

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct LogWatcherTest : WatchBed {
    void watch_log(Json more = Json::object()) {
        Json fields{{"type", "log"},
                    {"path", folder.path("app.log")},
                    {"conditions", {"matches"}},
                    {"pattern", "ERROR|CRITICAL"}};
        fields.update(more);
        watch(fields);
    }
    void append(const std::string& text, const std::string& name = "app.log") {
        std::ofstream(folder.path(name), std::ios::app) << text;
    }
    // The lines of the events of a look.
    std::vector<std::string> lines(Micros after = 5s) {
        const auto types = look_after(after);
        if (types == std::vector<std::string>{"error"}) return {error.message};
        std::vector<std::string> out;
        for (size_t i = 0; i < sightings.size(); ++i) out.push_back(data(i)["line"]);
        return out;
    }
};

TEST_F(LogWatcherTest, tells_of_new_lines_that_match) {
    append("ERROR old\n");
    watch_log();
    append("INFO a\nERROR one\nCRITICAL two\n");
    EXPECT_THAT(lines(), ElementsAre("ERROR one", "CRITICAL two"));
    EXPECT_EQ(data()["path"], folder.path("app.log"));
    EXPECT_EQ(data()["log_path"], folder.path("app.log"));
    EXPECT_EQ(data()["pattern"], "ERROR|CRITICAL");
    EXPECT_EQ(data()["match"], "ERROR");
    EXPECT_EQ(data()["watcher_id"], "watcher-1");
    EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(LogWatcherTest, waits_for_the_end_of_a_line) {
    watch_log();
    append("ERROR ha");
    EXPECT_THAT(lines(), IsEmpty());
    append("lf\r\n");
    EXPECT_THAT(lines(), ElementsAre("ERROR half"));
}

TEST_F(LogWatcherTest, leaves_out_the_rest_of_a_line_that_was_half_there_before) {
    append("ERROR be");
    watch_log();
    append("fore\nERROR after\n");
    EXPECT_THAT(lines(), ElementsAre("ERROR after"));
}

TEST_F(LogWatcherTest, reads_a_rotated_log_to_its_end_and_goes_on_with_the_new_one) {
    append("x\n");
    watch_log();
    append("ERROR 1\n");
    folder.rename("app.log", "app.log.1");
    append("ERROR 2\n", "app.log.1");
    append("", "app.log");
    EXPECT_THAT(lines(), ElementsAre("ERROR 1", "ERROR 2"));
    append("ERROR 3\n", "app.log.1");  // not everybody has noticed yet
    EXPECT_THAT(lines(), ElementsAre("ERROR 3"));
    append("ERROR 4\n");
    EXPECT_THAT(lines(), ElementsAre("ERROR 4"));
    EXPECT_EQ(gap, "");
}

TEST_F(LogWatcherTest, begins_anew_when_the_log_is_cut_off) {
    append("some text\n");
    watch_log();
    append("ERROR 1\n");
    EXPECT_THAT(lines(), ElementsAre("ERROR 1"));
    ASSERT_EQ(::truncate(folder.path("app.log").c_str(), 0), 0);
    append("ERROR 2\n");
    EXPECT_THAT(lines(), ElementsAre("ERROR 2"));
    EXPECT_THAT(gap, HasSubstr("cut off"));
    // Written anew and longer than before when it is looked at.
    folder.write("app.log", "ERROR 3 and a lot more text than there ever was\n");
    EXPECT_THAT(lines(), ElementsAre(HasSubstr("ERROR 3")));
    EXPECT_THAT(gap, HasSubstr("cut off"));
}

TEST_F(LogWatcherTest, goes_on_after_a_restart_where_it_stood) {
    append("x\n");
    watch_log();
    append("ERROR 1\n");
    EXPECT_THAT(lines(), ElementsAre("ERROR 1"));
    EXPECT_FALSE(sightings[0].inferred);
    restart();
    EXPECT_THAT(lines(), IsEmpty()) << "nothing is told twice";
    restart();
    append("ERROR 2\n");
    EXPECT_THAT(lines(), ElementsAre("ERROR 2"));
    EXPECT_TRUE(sightings[0].inferred);
    append("ERROR 3\n");
    EXPECT_THAT(lines(), ElementsAre("ERROR 3"));
    EXPECT_FALSE(sightings[0].inferred);
}

TEST_F(LogWatcherTest, finds_a_log_that_was_rotated_while_the_agent_was_down) {
    append("x\n");
    watch_log();
    append("ERROR 1\n");
    watcher->accept();
    restart();
    append("ERROR 2\n");
    folder.rename("app.log", "app.log.1");
    append("ERROR 3\n");
    EXPECT_THAT(lines(), ElementsAre("ERROR 1", "ERROR 2", "ERROR 3"));
    EXPECT_EQ(gap, "");
    restart();
    folder.rename("app.log", "gone");
    folder.remove("gone");
    append("ERROR 4\n");
    EXPECT_THAT(lines(), ElementsAre("ERROR 4"));
    EXPECT_THAT(gap, HasSubstr("rotated away"));
}

TEST_F(LogWatcherTest, reads_a_log_from_its_beginning_that_appears_later) {
    watch_log();
    append("ERROR first\n");
    EXPECT_THAT(lines(), ElementsAre("ERROR first"));
    folder.remove("app.log");
    EXPECT_THAT(lines(), IsEmpty());
    append("ERROR second\n");
    EXPECT_THAT(lines(), ElementsAre("ERROR second"));
}

TEST_F(LogWatcherTest, is_told_of_a_line_by_the_kernel) {
    append("x\n");
    watch_log();
    EXPECT_FALSE(take_notices());
    append("ERROR 1\n");
    const auto due = take_notices();
    ASSERT_TRUE(due);
    EXPECT_LE(*due, clock.mono() + 5ms);
    append("ERROR 2\n");
    EXPECT_EQ(take_notices(), due) << "a log that never rests is still looked at";
    EXPECT_THAT(lines(2ms), ElementsAre("ERROR 1", "ERROR 2"));
}

TEST_F(LogWatcherTest, looks_at_the_beginning_of_an_endless_line_only) {
    watch_log({{"pattern", "needle"}});
    append("needle " + std::string(300'000, 'x'));
    const auto found = lines();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_LT(found[0].size(), 10'000u);
    append(" needle\nneedle 2\n");
    EXPECT_THAT(lines(), ElementsAre("needle 2"));
}

TEST_F(LogWatcherTest, tells_of_a_great_many_lines_in_order) {
    watch_log();
    std::string text;
    for (int i = 0; i < 25'000; ++i) text += fmt::format("ERROR number {}\n", i);
    append(text);
    const auto found = lines();
    ASSERT_EQ(found.size(), 25'000u);
    EXPECT_EQ(found.front(), "ERROR number 0");
    EXPECT_EQ(found.back(), "ERROR number 24999");
}

TEST_F(LogWatcherTest, finds_plain_text_and_groups) {
    watch_log({{"pattern", "[x]"}, {"fixed", true}});
    append("x\n[x]\n");
    EXPECT_THAT(lines(), ElementsAre("[x]"));
    watch_log({{"pattern", "user=(\\w+)"}});
    append("user=root failed\n");
    EXPECT_THAT(lines(), ElementsAre("user=root failed"));
    EXPECT_EQ(data()["groups"], Json({"root"}));
}

TEST_F(LogWatcherTest, is_not_created_for_what_has_no_lines) {
    const auto refusal = [&](const std::string& path, const std::string& pattern) {
        const auto probed = probe(*parse_watcher_spec(dump_json(
                                      Json{{"type", "log"}, {"path", path}, {"pattern", pattern}})),
                                  context());
        return probed ? std::string() : probed.error().message;
    };
    EXPECT_THAT(refusal(folder.path().string(), "x"), HasSubstr("no file with lines"));
    EXPECT_EQ(refusal(folder.path("later.log"), "x"), "");
    EXPECT_THAT(refusal(folder.path("later.log"), "a(b"), HasSubstr("a(b"));
    ASSERT_EQ(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
    EXPECT_THAT(refusal(folder.path("pipe"), "x"), HasSubstr("no file with lines"));
}

}  // namespace
}  // namespace sloth
