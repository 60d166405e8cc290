#include <gtest/gtest.h>

#include <limits>

#include "tests/fakes/print_value.h"
#include "text/yaml.h"

namespace sloth::text {
namespace {

using Array = Value::Array;
using Object = Value::Object;

std::string written(const Value& value) { return *write_yaml(value, 1 << 20); }

TEST(YamlWriter, writes_block_style) {
    const Value value(Object{
        {"name", "web"},
        {"ports", Array{80, 443}},
        {"none", {}},
        {"empty", Object{{"a", Array{}}, {"b", Object{}}}},
        {"rows", Array{Object{{"a", 1}, {"b", Array{true, 0.5}}}, Array{Array{"x"}, "y"}, "z"}},
        {"text", "line one\n  line two\n"},
    });
    EXPECT_EQ(written(value),
              "empty:\n  a: []\n  b: {}\n"
              "name: web\n"
              "none: null\n"
              "ports:\n  - 80\n  - 443\n"
              "rows:\n  - a: 1\n    b:\n      - true\n      - 0.5\n  - - - x\n    - \"y\"\n  - z\n"
              "text: |\n  line one\n    line two\n");
    EXPECT_EQ(parse_yaml(written(value)).value(), value);
}

TEST(YamlWriter, quotes_what_would_be_read_as_something_else) {
    for (const char* text :
         {"",    "~",   "null", "true", "No",         "y",     "on",    "12",   "0o7", "0x1f",
          "1e3", ".5",  ".inf", "1_0",  "2024-01-01", "12:30", "1.2.3", "<<",   "=",   "-",
          "- a", "---", "...",  "? a",  ": a",        "a: b",  "a:",    "a #b", "#a",  "&a",
          "*a",  "!a",  "|",    ">",    "'a'",        "\"a\"", "%a",    "@a",   "`a",  "[a]",
          "{a}", ", a", " a",   "a ",   "\ta",        "a\tb",  "... a"}) {
        const std::string got = written(text);
        EXPECT_TRUE(got.starts_with('"') && got.ends_with("\"\n")) << got;
        EXPECT_EQ(parse_yaml(got).value(), Value(text)) << got;
    }
    for (const char* text : {"a", "a b", "web-01", "/etc/hosts", "a:b", "a#b", "it's", "a, b [c]",
                             "caf\u00e9", "nobody", "tru", "x=y", "a-b", "$HOME", "(a)"}) {
        EXPECT_EQ(written(text), std::string(text) + "\n");
        EXPECT_EQ(parse_yaml(written(text)).value(), Value(text));
    }
}

TEST(YamlWriter, gives_every_string_back) {
    const std::string strings[] = {"a\nb",
                                   "a\nb\n",
                                   "a\nb\n\n\n",
                                   "\n",
                                   "\n\n",
                                   "\na",
                                   " a\nb",
                                   "a\n b",
                                   "a\n\nb",
                                   "a \nb",
                                   "a\n  \nb",
                                   "a\n\t\nb",
                                   "\ta\nb",
                                   "a\r\nb",
                                   "a\n---\nb",
                                   "a\n...\n",
                                   "# a\nb",
                                   "a\n# b",
                                   "\x01",
                                   "\x7f",
                                   "\u0085",
                                   "\u2028",
                                   "\uFEFF",
                                   "\uFEFFa\nb",
                                   std::string("\0", 1),
                                   "\xff",
                                   "\xc3",
                                   "a\xffz\n",
                                   "\U0001F422",
                                   "\"\\",
                                   "a\"b",
                                   "key: |\n  x\n",
                                   "\x1b[0m",
                                   std::string(5000, 'x'),
                                   std::string(5000, '\n') + "x"};
    for (const std::string& text : strings) {
        const Value value(Object{{"list", Array{text, Object{{text, text}}, text}}, {"z", text}});
        const Result<Value> back = parse_yaml(written(value));
        ASSERT_TRUE(back) << written(value) << back.error().message;
        EXPECT_EQ(*back, value) << written(value);
        EXPECT_EQ(parse_yaml(written(text)).value(), Value(text)) << written(text);
    }
    EXPECT_EQ(written("\xff"), "!!binary \"/w==\"\n");
    EXPECT_EQ(written("a\x1b\u00e9\u2028"), "\"a\\x1b\u00e9\\u2028\"\n");
}

TEST(YamlWriter, keeps_kinds_of_numbers_apart) {
    const double inf = std::numeric_limits<double>::infinity();
    const Array values{3, 3.0, -0.0, 0.1, 1e20, 1e-7, inf, -inf, INT64_MAX, INT64_MIN, 1e308};
    EXPECT_EQ(written(Value(values)),
              "- 3\n- 3.0\n- -0.0\n- 0.1\n- 1e+20\n- 1e-07\n- .inf\n- -.inf\n"
              "- 9223372036854775807\n- -9223372036854775808\n- 1e+308\n");
    EXPECT_EQ(parse_yaml(written(Value(values))).value(), Value(values));
    EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), ".nan\n");
}

TEST(YamlWriter, stops_at_its_limit) {
    EXPECT_EQ(write_yaml(Value(Array(1000, "some text")), 5000).error().code, Code::exhausted);
}

}  // namespace
}  // namespace sloth::text
