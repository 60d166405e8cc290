#include "domain/quantity.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(Quantity, reads_numbers_with_and_without_a_unit) {
    EXPECT_EQ(*parse_quantity("80", Unit::percent), 80);
    EXPECT_EQ(*parse_quantity("80%", Unit::percent), 80);
    EXPECT_EQ(*parse_quantity("92.5 %", Unit::percent), 92.5);
    EXPECT_EQ(*parse_quantity("500M", Unit::bytes), 500.0 * 1024 * 1024);
    EXPECT_EQ(*parse_quantity("10MB/s", Unit::bytes), 10.0 * 1024 * 1024);
    EXPECT_EQ(*parse_quantity("1.5GiB", Unit::bytes), 1.5 * 1024 * 1024 * 1024);
    EXPECT_EQ(*parse_quantity("200", Unit::milliseconds), 200);
    EXPECT_EQ(*parse_quantity("1.5s", Unit::milliseconds), 1500);
    EXPECT_EQ(*parse_quantity("0.25", Unit::plain), 0.25);
}

TEST(Quantity, refuses_what_is_no_number_or_has_another_unit) {
    for (const char* text : {"", "high", "-1", "nan", "inf", "1e300", "80%%", "%", "5x"}) {
        EXPECT_FALSE(parse_quantity(text, Unit::percent)) << text;
    }
    EXPECT_FALSE(parse_quantity("80%", Unit::bytes));
    EXPECT_FALSE(parse_quantity("200ms", Unit::percent));
    EXPECT_FALSE(parse_quantity("5M", Unit::plain));
    EXPECT_EQ(parse_quantity("5M", Unit::milliseconds).error().code, Code::invalid);
}

TEST(Quantity, is_written_so_that_it_reads_back) {
    for (const auto& [value, unit, text] :
         {std::tuple(80.0, Unit::percent, "80%"), std::tuple(92.5, Unit::percent, "92.5%"),
          std::tuple(500.0 * 1024 * 1024, Unit::bytes, "500M"),
          std::tuple(1000.0, Unit::bytes, "1000"), std::tuple(0.0, Unit::bytes, "0"),
          std::tuple(200.0, Unit::milliseconds, "200ms"), std::tuple(3.5, Unit::plain, "3.5")}) {
        EXPECT_EQ(format_quantity(value, unit), text);
        EXPECT_EQ(*parse_quantity(text, unit), value);
    }
}

}  // namespace
}  // namespace sloth
