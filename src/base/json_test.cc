#include "base/json.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

std::string nested(int levels) {
    return std::string(size_t(levels), '[') + std::string(size_t(levels), ']');
}

TEST(ParseJson, keeps_the_order_of_keys_and_the_kind_of_numbers) {
    const auto value = parse_json(R"({"z": 1, "a": 1.5, "m": 9007199254740993})");
    ASSERT_TRUE(value);
    EXPECT_EQ(dump_json(*value), R"({"z":1,"a":1.5,"m":9007199254740993})");
}

TEST(ParseJson, refuses_what_is_none_and_says_where) {
    for (const auto* text : {"", "{", "{} {}", "{'a': 1}", "nul", "[1,]", "NaN", "\"\xff\""}) {
        const auto value = parse_json(text);
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error().code, Code::invalid) << text;
    }
    const auto value = parse_json("{\"a\": }");
    EXPECT_NE(value.error().message.find("line 1, column 7"), std::string::npos)
        << value.error().message;
}

TEST(ParseJson, caps_the_depth) {
    EXPECT_TRUE(parse_json(nested(kMaxJsonDepth)));
    EXPECT_FALSE(parse_json(nested(kMaxJsonDepth + 1)));
    EXPECT_TRUE(parse_json(nested(3), 3));
    EXPECT_FALSE(parse_json(nested(4), 3));
    const auto deep = parse_json(nested(100'000));
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().message, "JSON is nested deeper than 64 levels");
}

TEST(DumpJson, replaces_bytes_that_are_not_utf8) {
    EXPECT_EQ(dump_json(Json("a\xff"
                             "b")),
              "\"a\xef\xbf\xbd"
              "b\"");
}

TEST(DumpJson, indents_when_asked) { EXPECT_EQ(dump_json(Json{{"a", 1}}, 2), "{\n  \"a\": 1\n}"); }

TEST(Json, refuses_what_stands_behind_a_zero_byte) {
    using namespace std::string_view_literals;
    EXPECT_EQ(parse_json("[1]\0 and more"sv).error().message,
              "not valid JSON: a zero byte at position 4");
    EXPECT_FALSE(parse_json("123\0"sv));
}

}  // namespace
}  // namespace sloth
