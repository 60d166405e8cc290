#include "base/check.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(Check, lets_a_true_condition_pass) {
    int calls = 0;
    CHECK(++calls == 1);
    EXPECT_EQ(calls, 1);
}

TEST(CheckDeathTest, aborts_on_a_false_one_and_says_where) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(CHECK(1 + 1 == 3), "CHECK\\(1 \\+ 1 == 3\\) failed at .*check_test.cc:");
}

}  // namespace
}  // namespace sloth
