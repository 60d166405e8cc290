// That nothing is missed in silence: numbers, what was inferred, and what is in doubt.
#include "tests/fakes/agent_bed.h"

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct RecordTest : AgentBed {
    RecordTest() {
        folder.make("d");
        connect();
    }
    // (watcher_id, watcher_sequence) of all that waits.
    std::vector<std::string> numbers() const {
        std::vector<std::string> all;
        for (const OutboxEntry& entry : store.outbox) {
            const Json fields = data(entry);
            EXPECT_EQ(fields["watcher_epoch"], store.epoch());
            all.push_back(fmt::format("{}:{}", fields["watcher_id"].get<std::string>(),
                                      fields["watcher_sequence"].get<int>()));
        }
        return all;
    }
    void write(const std::string& name, const std::string& text) {
        folder.write(name, text);
        run_for(20ms);
    }
};

TEST_F(RecordTest, numbers_what_each_watcher_tells_across_restarts) {
    watch("d/a");
    watch("d/b");
    write("d/a", "1");
    write("d/b", "1");
    write("d/a", "22");
    restart();
    write("d/a", "333");
    write("d/b", "22");
    EXPECT_THAT(numbers(), ElementsAre("watcher-1:1", "watcher-2:1", "watcher-1:2", "watcher-1:3",
                                       "watcher-2:2"));
}

TEST_F(RecordTest, skips_no_number_when_the_disk_is_full) {
    watch("d/a");
    write("d/a", "1");
    store.fault = Error{Code::exhausted, "disk full", {}};
    write("d/a", "22");
    run_for(5s);
    store.fault.reset();
    run_for(2s);
    write("d/a", "333");
    EXPECT_THAT(numbers(), ElementsAre("watcher-1:1", "watcher-1:2", "watcher-1:3"));
}

TEST_F(RecordTest, goes_on_with_its_numbers_when_a_watcher_is_changed) {
    watch("d/a");
    write("d/a", "1");
    Json changed = spec_of("d/a", "watcher-1", 2);
    changed["interval"] = "30s";
    ASSERT_TRUE(ask(Kind::watcher_put, "", changed));
    write("d/a", "22");
    EXPECT_THAT(numbers(), ElementsAre("watcher-1:1", "watcher-1:2"));
}

TEST_F(RecordTest, says_since_when_it_cannot_look_and_what_it_then_finds_is_inferred) {
    host->memory_.pressure = 10;
    ASSERT_TRUE(ask(Kind::watcher_put, "",
                    {{"id", "watcher-1"},
                     {"revision", 1},
                     {"type", "memory"},
                     {"metric", "pressure"},
                     {"conditions", Json::array({"above"})},
                     {"interval", "5s"},
                     {"threshold", 80}}));
    run_for(20s);
    const WallTime seen = record("watcher-1").until;
    EXPECT_EQ(record("watcher-1").error, "");
    host->memory_.pressure.reset();
    run_for(20s);
    EXPECT_THAT(record("watcher-1").error, HasSubstr("does not tell of memory pressure"));
    EXPECT_EQ(record("watcher-1").until, seen);
    EXPECT_THAT(types(), IsEmpty());

    host->memory_.pressure = 95;
    run_for(20s);
    EXPECT_EQ(record("watcher-1").error, "");
    ASSERT_THAT(types(), testing::Contains("system.memory_low"));
    for (const OutboxEntry& entry : store.outbox) {
        if (entry.event.type != "system.memory_low") continue;
        EXPECT_EQ(data(entry)["inferred"], true);
        EXPECT_EQ(data(entry)["doubt_from"], format_rfc3339(seen));
    }
}

TEST_F(RecordTest, tells_after_a_restart_what_changed_meanwhile_and_when_that_may_have_been) {
    folder.write("d/a", "1");
    watch("d/a");
    run_for(60s);
    agent.reset();  // as if it were killed
    const WallTime down = clock.wall();
    folder.write("d/a", "changed");
    clock.advance(1h);
    restart();
    step();
    ASSERT_THAT(types(), ElementsAre("file.modified"));
    const Json told = data(store.outbox[0]);
    EXPECT_EQ(told["inferred"], true);
    EXPECT_EQ(told["doubt_to"], format_rfc3339(clock.wall()));
    const WallTime from = *parse_rfc3339(told["doubt_from"].get<std::string>());
    EXPECT_LE(from, down);
    EXPECT_GE(from, down - 25s);  // a look's interval, and how seldom looks are stored
    const std::vector<WatcherDoubt> doubts{{from, clock.wall(), "the agent was not running"}};
    EXPECT_EQ(record("watcher-1").doubts, doubts);

    write("d/a", "now");
    EXPECT_FALSE(data(store.outbox[1]).contains("inferred"));
    EXPECT_FALSE(data(store.outbox[1]).contains("doubt_from"));
}

TEST_F(RecordTest, knows_the_last_look_exactly_after_an_orderly_end) {
    folder.write("d/a", "1");
    watch("d/a");
    run_for(61s);
    const WallTime looked = record("watcher-1").until;
    std::stop_source stop;
    stop.request_stop();
    EXPECT_TRUE(agent->run(stop.get_token()));
    EXPECT_GE(store.rows.at("watcher-1").record.until, looked);
}

TEST_F(RecordTest, has_the_first_baseline_on_the_disk_when_it_answers) {
    folder.write("d/a", "1");
    watch("d/a");
    agent.reset();
    folder.write("d/a", "changed");
    restart();
    step();
    EXPECT_THAT(types(), ElementsAre("file.modified"));
}

TEST_F(RecordTest, looks_again_and_tells_of_a_gap_when_the_kernel_lost_count) {
    watch("d/a");
    watch("d/b");
    write("d/a", "1");
    const WallTime before = clock.wall();
    clock.advance(1s);
    notifier.overflowed = {1};
    run_for(20ms);
    ASSERT_THAT(types(), ElementsAre("file.created", "watcher.gap"));
    EXPECT_THAT(numbers(), ElementsAre("watcher-1:1", "watcher-1:2"));
    const Json gap = data(store.outbox[1]);
    EXPECT_EQ(gap["watcher_type"], "file");
    EXPECT_EQ(gap["path"], folder.path("d/a"));
    EXPECT_EQ(gap["target"], folder.path("d/a"));
    EXPECT_EQ(gap["agent"], "web-01");
    EXPECT_THAT(gap["reason"], HasSubstr("overflow"));
    EXPECT_LE(*parse_rfc3339(gap["from"].get<std::string>()), before);
    EXPECT_GT(*parse_rfc3339(gap["to"].get<std::string>()), before);
    ASSERT_EQ(record("watcher-1").doubts.size(), 1u);
    EXPECT_EQ(record("watcher-1").doubts[0].reason, gap["reason"]);
    EXPECT_THAT(record("watcher-2").doubts, IsEmpty());
    run_for(1min);
    EXPECT_EQ(store.outbox.size(), 2u);
}

TEST_F(RecordTest, tells_of_a_gap_once_although_the_disk_was_full) {
    watch("d/a");
    run_for(1s);
    store.fault = Error{Code::exhausted, "disk full", {}};
    notifier.overflowed = {1};
    run_for(5s);
    store.fault.reset();
    run_for(10s);
    EXPECT_THAT(types(), ElementsAre("watcher.gap"));
    EXPECT_EQ(record("watcher-1").doubts.size(), 1u);
}

TEST_F(RecordTest, looks_at_everything_again_when_the_machine_was_suspended) {
    Json slow = spec_of("d/a", "watcher-" + std::to_string(++watched));
    slow["interval"] = "10h";
    ASSERT_TRUE(ask(Kind::watcher_put, "", slow));
    watch("d/b");
    run_for(1min);
    const int before = int(store.outbox.size());
    const WallTime from = clock.wall();
    clock.set_wall(from + 3h);
    run_for(100ms);
    ASSERT_EQ(store.outbox.size(), size_t(before + 1));  // one for the whole agent
    const Json gap = data(store.outbox.back());
    EXPECT_EQ(store.outbox.back().event.type, "watcher.gap");
    EXPECT_EQ(gap["agent"], "web-01");
    EXPECT_EQ(gap["jumped"], "3h");
    EXPECT_EQ(gap["from"], format_rfc3339(from));
    EXPECT_EQ(gap["watchers"], 2);
    EXPECT_FALSE(gap.contains("watcher_id"));
    EXPECT_THAT(gap["reason"], HasSubstr("suspended"));
    for (const std::string id : {"watcher-1", "watcher-2"}) {
        const WatcherRecord after = record(id);
        ASSERT_EQ(after.doubts.size(), 1u);
        EXPECT_EQ(after.doubts[0].from, from);
        EXPECT_GE(after.until, from + 3h);  // it has looked
    }
}

TEST_F(RecordTest, tells_of_a_clock_that_was_set_back) {
    watch("d/a");
    run_for(1min);
    clock.set_wall(clock.wall() - 1min);
    run_for(1s);
    ASSERT_THAT(types(), ElementsAre("watcher.gap"));
    EXPECT_EQ(data(store.outbox[0])["jumped"], "-1m");
    EXPECT_EQ(data(store.outbox[0])["reason"], "the clock was set back");
    const WatcherDoubt doubt = record("watcher-1").doubts.at(0);
    EXPECT_LT(doubt.from, doubt.to);
}

TEST_F(RecordTest, tells_of_a_jump_later_if_the_disk_is_full) {
    watch("d/a");
    run_for(1min);
    store.fault = Error{Code::exhausted, "disk full", {}};
    clock.set_wall(clock.wall() + 1h);
    run_for(10s);
    clock.set_wall(clock.wall() + 1h);
    run_for(10s);
    store.fault.reset();
    run_for(10s);
    ASSERT_THAT(types(), ElementsAre("watcher.gap"));
    EXPECT_EQ(data(store.outbox[0])["jumped"], "2h");
}

TEST_F(RecordTest, says_how_complete_a_record_is) {
    const WallTime since = clock.wall();
    watch("d/a");
    write("d/a", "1");
    write("d/a", "22");
    ASSERT_EQ(uplink.batches.size(), 1u);
    WatcherRecord now = record("watcher-1");
    EXPECT_EQ(now.id, "watcher-1");
    EXPECT_EQ(now.epoch, store.epoch());
    EXPECT_EQ(now.since, since);
    EXPECT_GT(now.until, since);
    EXPECT_EQ(now.sequence, 2);
    EXPECT_EQ(now.waiting, 2);
    EXPECT_EQ(now.dropped, 0);
    ack();
    EXPECT_EQ(record("watcher-1").waiting, 1);
    ack();
    now = record("watcher-1");
    EXPECT_EQ(now.waiting, 0);
    EXPECT_EQ(now.sequence, 2);
}

}  // namespace
}  // namespace sloth
