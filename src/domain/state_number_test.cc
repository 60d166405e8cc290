#include "domain/state_number.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(StateNumber, keeps_integers_integers) {
    EXPECT_EQ(add_json_numbers("0", "1"), "1");
    EXPECT_EQ(add_json_numbers("-5", "2"), "-3");
    EXPECT_EQ(add_json_numbers("9007199254740993", "1"), "9007199254740994");
}

TEST(StateNumber, gives_a_fraction_if_one_has_one) {
    EXPECT_EQ(add_json_numbers("1", "0.5"), "1.5");
    EXPECT_EQ(add_json_numbers("1.5", "0.5"), "2.0");
}

TEST(StateNumber, refuses_what_is_no_number_or_does_not_fit) {
    for (const auto* stored : {"\"1\"", "null", "{}", "", "9223372036854775807"}) {
        const auto sum = add_json_numbers(stored, "1");
        ASSERT_FALSE(sum.has_value()) << stored;
        EXPECT_EQ(sum.error().code, Code::invalid);
    }
    EXPECT_FALSE(add_json_numbers("1e308", "1e308").has_value());
}

}  // namespace
}  // namespace sloth
