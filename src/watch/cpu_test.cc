#include "watch/cpu.h"

#include "tests/fakes/watch_bed.h"

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

struct CpuWatcherTest : WatchBed {
    // Lets a second pass in which the cores were this busy (percent).
    std::vector<std::string> second(std::vector<int> cores) {
        for (size_t i = 0; i < cores.size(); ++i) {
            if (host->cpu_.cores.size() <= i) host->cpu_.cores.emplace_back(int(i), CpuTimes{});
            CpuTimes& times = host->cpu_.cores[i].second;
            times.busy += uint64_t(cores[i]);
            times.total += 100;
            host->cpu_.all.busy += uint64_t(cores[i]);
            host->cpu_.all.total += 100;
        }
        return look_after(1s);
    }
    void watch_cpu(Json more = Json::object()) {
        Json fields{
            {"type", "cpu"}, {"conditions", {"above"}}, {"threshold", 80}, {"interval", "1s"}};
        fields.update(more);
        second({0, 0});
        watch(fields);
    }
};

TEST_F(CpuWatcherTest, tells_when_usage_goes_over_the_threshold_and_when_it_is_back) {
    watch_cpu();
    EXPECT_THAT(second({50, 50}), ElementsAre());
    EXPECT_THAT(second({90, 100}), ElementsAre("system.cpu_high"));
    EXPECT_EQ(data()["cpu_percent"], 95);
    EXPECT_EQ(data()["usage"], 95);
    EXPECT_EQ(data()["resource"]["current"], 95);
    EXPECT_EQ(data()["resource"]["threshold"], 80);
    EXPECT_EQ(data()["watcher_id"], "watcher-1");
    EXPECT_FALSE(data().contains("initial"));
    EXPECT_THAT(second({100, 100}), ElementsAre());
    EXPECT_THAT(second({78, 78}), ElementsAre()) << "not far enough back";
    EXPECT_THAT(second({70, 70}), ElementsAre("system.cpu_normal"));
}

TEST_F(CpuWatcherTest, marks_a_threshold_that_was_crossed_from_the_beginning) {
    watch_cpu();
    EXPECT_THAT(second({95, 95}), ElementsAre("system.cpu_high"));
    EXPECT_EQ(data()["initial"], true);
}

TEST_F(CpuWatcherTest, watches_each_core_by_itself) {
    watch_cpu({{"metric", "core"}});
    EXPECT_THAT(second({10, 100}), ElementsAre("system.cpu_high"));
    EXPECT_EQ(data()["core"], 1);
    EXPECT_THAT(second({100, 10}), UnorderedElementsAre("system.cpu_high", "system.cpu_normal"));
}

TEST_F(CpuWatcherTest, watches_the_load) {
    host->cpu_.load_1min = 1.5;
    watch_cpu({{"metric", "load"}, {"threshold", 4}});
    host->cpu_.load_1min = 4.25;
    EXPECT_THAT(second({10, 10}), ElementsAre("system.cpu_high"));
    EXPECT_EQ(data()["current"], 4.25);
    EXPECT_EQ(data()["load_1min"], 4.25);
    EXPECT_EQ(data()["cpu_percent"], 10);
}

TEST_F(CpuWatcherTest, smooths_a_spike_away_where_a_mean_is_asked_for) {
    watch_cpu({{"average", "10s"}});
    for (int i = 0; i < 20; ++i) EXPECT_THAT(second({10, 10}), ElementsAre());
    EXPECT_THAT(second({100, 100}), ElementsAre()) << "one spike";
    EXPECT_THAT(second({10, 10}), ElementsAre());
    int seconds = 0;
    while (second({100, 100}).empty() && seconds < 100) ++seconds;
    EXPECT_GT(seconds, 10);
    EXPECT_LT(seconds, 25);
}

TEST_F(CpuWatcherTest, waits_as_long_as_it_must_hold) {
    watch_cpu({{"for", "3s"}});
    EXPECT_THAT(second({10, 10}), ElementsAre());
    for (int i = 0; i < 3; ++i) EXPECT_THAT(second({100, 100}), ElementsAre()) << i;
    EXPECT_THAT(second({100, 100}), ElementsAre("system.cpu_high"));
    EXPECT_EQ(data()["for"], "3s");
}

TEST_F(CpuWatcherTest, tells_of_falling_below) {
    watch_cpu({{"conditions", {"below"}}, {"threshold", 20}});
    EXPECT_THAT(second({50, 50}), ElementsAre());
    EXPECT_THAT(second({10, 10}), ElementsAre("system.cpu_normal"));
    EXPECT_THAT(second({50, 50}), ElementsAre("system.cpu_high"));
}

TEST_F(CpuWatcherTest, does_not_ring_again_after_a_restart_and_tells_what_changed_meanwhile) {
    watch_cpu();
    second({10, 10});
    EXPECT_THAT(second({100, 100}), ElementsAre("system.cpu_high"));
    restart();
    EXPECT_THAT(second({100, 100}), ElementsAre());
    EXPECT_THAT(second({100, 100}), ElementsAre());
    restart();
    second({10, 10});
    EXPECT_THAT(second({10, 10}), ElementsAre("system.cpu_normal"));
    EXPECT_TRUE(sightings[0].inferred);
}

TEST_F(CpuWatcherTest, finds_the_same_again_until_it_is_accepted) {
    watch_cpu();
    second({10, 10});
    host->cpu_.all.busy += 200;
    host->cpu_.all.total += 200;
    clock.advance(1s);
    for (int i = 0; i < 2; ++i) {
        const auto check = watcher->check(clock.mono());
        ASSERT_TRUE(check);
        EXPECT_EQ(check->sightings.size(), 1u);
        EXPECT_EQ(check->save, Check::Save::now);
    }
    watcher->accept();
    EXPECT_THAT(look(), ElementsAre());
}

}  // namespace
}  // namespace sloth
