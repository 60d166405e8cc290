// What a watcher has seen and the disk did not take is told later: it must not become what is
// known.
#include "tests/fakes/agent_bed.h"

namespace sloth {
namespace {

using testing::ElementsAre;

struct UnacceptedTest : AgentBed {
    UnacceptedTest() {
        folder.write("log", "");
        connect();
        EXPECT_TRUE(ask(Kind::watcher_put, "", spec(1)));
        write("nothing");  // read, and saved later: no one would miss it
        run_for(20ms);
        EXPECT_TRUE(store.outbox.empty());
    }
    Json spec(int64_t revision) const {
        return {{"id", "watcher-1"},
                {"revision", revision},
                {"type", "log"},
                {"pattern", "bad"},
                {"path", folder.path("log")},
                {"conditions", {"matches"}},
                {"interval", "100ms"},
                {"label", fmt::format("label-{}", revision)}};
    }
    void write(const std::string& line) {
        std::ofstream(folder.path("log"), std::ios::app) << line << "\n";
    }
    void fill_disk(int spare = 0) {
        store.fault = Error{Code::exhausted, "disk full", {}};
        store.spare = spare;
    }
    // Seen, and not stored.
    void miss() {
        fill_disk();
        write("it is bad");
        run_for(20ms);
        ASSERT_TRUE(store.outbox.empty());
        ASSERT_EQ(spec_error(), "disk full");
        store.fault.reset();
    }
    std::string spec_error() {
        return ask(Kind::watcher_get, "watcher-1")->value("last_error", "");
    }
    void begin_anew() {
        store.fault.reset();
        restart();
        run_for(200ms);
    }
};

TEST_F(UnacceptedTest, is_told_by_the_next_agent_after_an_orderly_end) {
    miss();
    std::stop_source stop;
    stop.request_stop();
    ASSERT_TRUE(agent->run(stop.get_token()));
    begin_anew();
    EXPECT_THAT(types(), ElementsAre("log.pattern_matched"));
}

TEST_F(UnacceptedTest, is_told_by_the_watcher_that_it_is_changed_to) {
    miss();
    ASSERT_TRUE(ask(Kind::watcher_put, "", spec(2)));
    run_for(200ms);
    EXPECT_THAT(types(), ElementsAre("log.pattern_matched"));
}

TEST_F(UnacceptedTest, is_told_after_a_change_and_a_kill_while_the_disk_has_little_room) {
    miss();
    fill_disk(/*spare=*/1);  // for the change itself
    ASSERT_TRUE(ask(Kind::watcher_put, "", spec(2)));
    begin_anew();
    EXPECT_THAT(types(), ElementsAre("log.pattern_matched"));
}

TEST_F(UnacceptedTest, is_stored_before_what_may_wait) {
    clock.advance(5s);  // what may wait is due
    write("it is bad");
    fill_disk(/*spare=*/1);
    step();
    begin_anew();  // as if it had been killed in between
    EXPECT_THAT(types(), ElementsAre("log.pattern_matched"));
}

TEST_F(UnacceptedTest, is_not_saved_with_what_others_saw_and_is_saved_when_it_is_stored) {
    const std::string before = store.rows.at("watcher-1").baseline;
    fill_disk();
    write("it is bad");
    run_for(20s);
    EXPECT_EQ(store.rows.at("watcher-1").baseline, before);
    store.fault.reset();
    run_for(2s);
    EXPECT_THAT(types(), ElementsAre("log.pattern_matched"));
    EXPECT_NE(store.rows.at("watcher-1").baseline, before);
}

TEST_F(UnacceptedTest, is_saved_later_when_the_disk_was_full) {
    const std::string before = store.rows.at("watcher-1").baseline;
    fill_disk();
    run_for(10s);
    EXPECT_EQ(store.rows.at("watcher-1").baseline, before);
    store.fault.reset();
    run_for(5s);
    EXPECT_NE(store.rows.at("watcher-1").baseline, before);
}

}  // namespace
}  // namespace sloth
