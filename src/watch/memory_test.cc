#include "watch/memory.h"

#include "tests/fakes/watch_bed.h"

namespace sloth {
namespace {

using testing::ElementsAre;

struct MemoryWatcherTest : WatchBed {
    static constexpr uint64_t kGib = uint64_t(1) << 30;

    MemoryWatcherTest() {
        host->memory_ = {.total = 100 * kGib,
                         .available = 50 * kGib,
                         .swap_total = 10 * kGib,
                         .swap_free = 10 * kGib};
    }
    std::vector<std::string> with_available(uint64_t gib) {
        host->memory_.available = gib * kGib;
        return look_after(5s);
    }
};

TEST_F(MemoryWatcherTest, takes_above_for_what_is_used) {
    watch({{"type", "memory"}, {"conditions", {"above"}}, {"threshold", "85%"}});
    EXPECT_THAT(with_available(16), ElementsAre());
    EXPECT_THAT(with_available(10), ElementsAre("system.memory_low"));
    EXPECT_EQ(data()["memory_percent"], 90);
    EXPECT_EQ(data()["used_mb"], 90 * 1024);
    EXPECT_EQ(data()["total_mb"], 100 * 1024);
    EXPECT_EQ(data()["available_percent"], 10);
    EXPECT_EQ(data()["threshold"], 85);
    EXPECT_THAT(with_available(30), ElementsAre("system.memory_normal"));
}

TEST_F(MemoryWatcherTest, takes_below_for_what_is_available) {
    watch({{"type", "memory"}, {"conditions", {"below"}}, {"threshold", 10}});
    EXPECT_THAT(with_available(11), ElementsAre());
    EXPECT_THAT(with_available(9), ElementsAre("system.memory_low"));
    EXPECT_EQ(data()["current"], 9);
    EXPECT_THAT(with_available(11), ElementsAre("system.memory_normal"));
}

TEST_F(MemoryWatcherTest, watches_swap_and_pressure) {
    watch({{"type", "memory"}, {"conditions", {"above"}}, {"metric", "swap"}, {"threshold", 50}});
    host->memory_.swap_free = 4 * kGib;
    EXPECT_THAT(look_after(5s), ElementsAre("system.memory_low"));
    EXPECT_EQ(data()["swap_percent"], 60);

    watch(
        {{"type", "memory"}, {"conditions", {"above"}}, {"metric", "pressure"}, {"threshold", 20}});
    EXPECT_EQ(error.code, Code::failed) << "a kernel that does not tell";
    EXPECT_FALSE(probe(spec, context()));
    host->memory_.pressure = 1.0;
    EXPECT_TRUE(probe(spec, context()));
    EXPECT_THAT(look_after(5s), ElementsAre());
    host->memory_.pressure = 33.5;
    EXPECT_THAT(look_after(5s), ElementsAre("system.memory_low"));
    EXPECT_EQ(data()["pressure"], 33.5);
}

TEST_F(MemoryWatcherTest, rings_at_the_first_look_if_it_is_low_already) {
    host->memory_.available = kGib;
    ASSERT_TRUE(make({{"type", "memory"}, {"conditions", {"above"}}, {"threshold", 85}}));
    EXPECT_THAT(look(), ElementsAre("system.memory_low"));
    EXPECT_EQ(data()["initial"], true);
}

TEST_F(MemoryWatcherTest, shares_a_reading_between_the_watchers_of_a_pass) {
    host->memory_.available = kGib;
    const auto first = machine.memory(clock.mono());
    host->memory_.available = 90 * kGib;
    EXPECT_EQ(machine.memory(clock.mono())->available, kGib);
    clock.advance(1us);
    EXPECT_EQ(machine.memory(clock.mono())->available, 90 * kGib);
}

}  // namespace
}  // namespace sloth
