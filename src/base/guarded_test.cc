#include "base/guarded.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace sloth {
namespace {

using namespace std::chrono_literals;

TEST(Guarded, lets_one_thread_at_a_time_reach_the_value) {
    Guarded<int> count(0);
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 10'000; ++i) count.with([](int& value) { ++value; });
            });
        }
    }
    EXPECT_EQ(count.with([](const int& value) { return value; }), 40'000);
}

TEST(Guarded, returns_what_the_function_returns) {
    const Guarded<std::vector<int>> numbers({1, 2, 3});
    EXPECT_EQ(numbers.with([](const auto& list) { return list.size(); }), 3u);
}

TEST(Signal, wakes_a_waiter_when_the_value_is_ready) {
    Signal<std::vector<int>> inbox;
    const std::jthread sender([&] {
        for (int i = 0; i < 3; ++i) inbox.update([&](auto& list) { list.push_back(i); });
    });
    const auto taken = inbox.wait_for(
        10s, [](const auto& list) { return list.size() == 3; },
        [](auto& list) { return std::exchange(list, {}); });
    EXPECT_EQ(taken, (std::vector<int>{0, 1, 2}));
}

TEST(Signal, gives_up_when_the_time_is_over) {
    Signal<int> value;
    const bool ready =
        value.wait_for(1ms, [](int v) { return v == 1; }, [](int v) { return v == 1; });
    EXPECT_FALSE(ready);
}

}  // namespace
}  // namespace sloth
