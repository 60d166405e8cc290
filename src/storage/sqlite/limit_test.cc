#include "storage/sqlite/limit.h"

#include <gtest/gtest.h>

#include "tests/fakes/temp_folder.h"

namespace sloth {
namespace {

// Every look at it takes a millisecond.
class TickingClock final : public Clock {
 public:
    WallTime wall() override { return from_micros(1'763'900'000'000'000); }
    MonoTime mono() override { return now_ += 1ms; }

 private:
    MonoTime now_{};
};

TEST(BareLimit, counts_whole_lives_and_leaves_nothing_behind) {
    const TempFolder folder;
    TickingClock clock;
    const auto limit =
        bare_sqlite_limit(folder.path(), clock, {.events = 95, .batch = 10, .payload = 50});
    ASSERT_TRUE(limit) << limit.error().message;
    // Eleven transactions (the last one only records), two looks each, and one at the end.
    EXPECT_DOUBLE_EQ(limit->events_per_second, 95 / 0.023);
    EXPECT_EQ(limit->flush_p50, 1ms);
    EXPECT_EQ(limit->flush_p999, 1ms);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(BareLimit, needs_events) {
    TickingClock clock;
    EXPECT_FALSE(bare_sqlite_limit("/nowhere", clock, {.events = 0}));
    EXPECT_FALSE(bare_sqlite_limit("/nowhere", clock, {.events = 1}));
}

}  // namespace
}  // namespace sloth
