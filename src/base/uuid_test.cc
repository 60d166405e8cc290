#include "base/uuid.h"

#include <gtest/gtest.h>

#include <set>

namespace sloth {
namespace {

constexpr WallTime kNow = WallTime(Micros(1'763'900'000'123'456));

TEST(Uuid, is_version_7_with_the_time_in_front) {
    UuidGenerator ids({1, 2});
    const std::string id = ids.next(kNow);
    EXPECT_TRUE(is_uuid(id)) << id;
    EXPECT_EQ(id[14], '7');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
    EXPECT_EQ(std::stoll(id.substr(0, 8) + id.substr(9, 4), nullptr, 16), 1'763'900'000'123);
}

TEST(Uuid, increases_within_a_millisecond_and_when_the_clock_steps_back) {
    UuidGenerator ids({1, 2});
    std::string last = ids.next(kNow);
    for (int i = 0; i < 100'000; ++i) {
        const std::string id = ids.next(i % 2 == 0 ? kNow : kNow - 1h);
        ASSERT_LT(last, id);
        last = id;
    }
    EXPECT_LT(last, ids.next(kNow + 1ms));
}

TEST(Uuid, differs_between_generators_of_the_same_moment) {
    UuidGenerator first({1, 2});
    UuidGenerator second({3, 4});
    EXPECT_NE(first.next(kNow), second.next(kNow));
}

TEST(Uuid, is_told_from_other_text) {
    EXPECT_TRUE(is_uuid("019aa4f4-1ad8-7000-8000-0123456789ab"));
    for (const auto* text :
         {"", "019aa4f4", "019aa4f4-1ad8-7000-8000-0123456789a",
          "019aa4f4-1ad8-7000-8000-0123456789AB", "019aa4f411ad8-7000-8000-0123456789ab",
          "019aa4f4-1ad8-7000-8000-0123456789abc"}) {
        EXPECT_FALSE(is_uuid(text)) << text;
    }
}

TEST(Uuid, of_version_4_is_chance_and_its_marks) {
    EXPECT_EQ(uuid_v4({0, 0}), "00000000-0000-4000-8000-000000000000");
    EXPECT_EQ(uuid_v4({~0ULL, ~0ULL}), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    EXPECT_EQ(uuid_v4({0x0123456789abcdef, 0x048d159e26af37bc}),
              "01234567-89ab-4def-8123-456789abcdef");
}

}  // namespace
}  // namespace sloth
