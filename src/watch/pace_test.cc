#include "watch/pace.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace sloth {
namespace {

MonoTime at(Micros time) { return MonoTime(time); }

WatcherSpec spec_of(std::string type, int number, Micros interval = 10s) {
    return {
        .id = "watcher-" + std::to_string(number), .type = std::move(type), .interval = interval};
}

TEST(Pace, comes_within_the_interval_and_then_regularly) {
    for (int i = 0; i < 100; ++i) {
        const WatcherSpec spec = spec_of("file", i);
        for (const Micros start : std::initializer_list<Micros>{0us, 1us, 7s, 1000s, 123456789us}) {
            const MonoTime first = next_look(spec, at(start));
            EXPECT_GT(first, at(start));
            EXPECT_LE(first, at(start) + 10s);
            EXPECT_EQ(next_look(spec, first), first + 10s);
            EXPECT_EQ(next_look(spec, first + 3ms), first + 10s) << "lateness does not add up";
        }
    }
}

TEST(Pace, spreads_watchers_over_few_moments) {
    std::map<MonoTime, int> looks;
    for (int i = 0; i < 1000; ++i) ++looks[next_look(spec_of("file", i), at(1000s))];
    EXPECT_GT(looks.size(), 24u);
    EXPECT_LE(looks.size(), 32u);
    for (const auto& [_, count] : looks) EXPECT_LT(count, 70);
}

TEST(Pace, brings_together_those_that_share_a_reading) {
    std::set<MonoTime> looks;
    for (int i = 0; i < 50; ++i) {
        looks.insert(next_look(spec_of("process", i), at(1003s)));
        looks.insert(next_look(spec_of("process", i, 5s), at(1003s)) + 5s);
        looks.insert(next_look(spec_of("port", i), at(1003s)));
    }
    EXPECT_EQ(looks.size(), 1u);
}

}  // namespace
}  // namespace sloth
