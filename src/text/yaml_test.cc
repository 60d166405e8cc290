#include "text/yaml.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/fakes/print_value.h"

namespace sloth::text {
namespace {

using namespace std::string_view_literals;
using Array = Value::Array;
using Object = Value::Object;

Value read(std::string_view text) {
    const Result<Value> value = parse_yaml(text);
    EXPECT_TRUE(value) << text << ": " << value.error().message;
    return value ? *value : Value();
}

std::string refusal(std::string_view text) {
    const Result<Value> value = parse_yaml(text);
    return value ? "accepted: " + *write_yaml(*value, 1 << 20) : value.error().message;
}

// YAML 1.2.2, chapter 10.3.2 (tag resolution) and its example 10.9.
TEST(YamlScalars, follow_the_core_schema) {
    const double inf = std::numeric_limits<double>::infinity();
    const std::pair<const char*, Value> cases[] = {
        {"null", {}},
        {"Null", {}},
        {"NULL", {}},
        {"~", {}},
        {"", {}},
        {"true", true},
        {"True", true},
        {"TRUE", true},
        {"false", false},
        {"False", false},
        {"FALSE", false},
        {"0", 0},
        {"-19", -19},
        {"+12", 12},
        {"0o7", 7},
        {"0o14", 12},
        {"0x3A", 58},
        {"0xff", 255},
        {"010", 10},
        {"0.", 0.0},
        {"-0.0", -0.0},
        {".5", 0.5},
        {"+12e03", 12000.0},
        {"-2E+05", -200000.0},
        {"685230.15", 685230.15},
        {".inf", inf},
        {"-.Inf", -inf},
        {"+.INF", inf},
        {"1e3", 1000.0},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
        {"18446744073709551615", 18446744073709551615.0},
        {"0x10000000000000000", 18446744073709551616.0},
    };
    for (const auto& [text, value] : cases) EXPECT_EQ(read(text), value) << text;
    EXPECT_TRUE(std::isnan(*read(".nan").number()));
    EXPECT_TRUE(std::signbit(*read("-0.0").number()));
}

TEST(YamlScalars, what_other_versions_read_as_something_else_is_a_string) {
    for (const char* text :
         {"yes",  "no",    "on",  "off", "y",    "n",   "tRUE",   "nULL", "2001-12-14", "12:30:45",
          "0b11", "1_000", "0o8", "0x",  "0xG",  "1e",  ".",      "+",    "-x",         "1.2.3",
          ".e3",  "+.nan", "inf", "nan", "-0x1", "0O7", "truely", "<<",   "1 2",        "e3"})
        EXPECT_EQ(read(text), Value(text)) << text;
}

TEST(YamlScalars, quotes_make_strings) {
    EXPECT_EQ(read("\"12\""), Value("12"));
    EXPECT_EQ(read("'true'"), Value("true"));
    EXPECT_EQ(read("''"), Value(""));
    EXPECT_EQ(read("! 12"), Value("12"));
    EXPECT_EQ(read("'it''s'"), Value("it's"));
    // YAML 1.2.2, example 5.13 and chapter 5.7.
    EXPECT_EQ(read(R"("\0\a\b\t\n\v\f\r\e\"\/\\\N\_\L\P\x41\u0041\U00000041\x85")"),
              Value("\0\a\b\t\n\v\f\r\x1b\"/\\\u0085\u00a0\u2028\u2029AAA\u0085"sv));
    EXPECT_EQ(read(R"("\u00e9\N\N\_x")"), Value("\u00e9\u0085\u0085\u00a0x"));
    EXPECT_EQ(read("|\n  \xF0\x9F\x90\xA2 and \xC3\xA9\n"), Value("\U0001F422 and \u00e9\n"));
}

TEST(YamlScalars, tags_of_the_core_schema_are_honoured_and_others_refused) {
    EXPECT_EQ(read("!!str 12"), Value("12"));
    EXPECT_EQ(read("- !!str"), Value(Array{""}));
    EXPECT_EQ(read("!!int \"3\""), Value(3));
    EXPECT_EQ(read("!!float 3"), Value(3.0));
    EXPECT_EQ(read("!!bool \"true\""), Value(true));
    EXPECT_EQ(read("!!null ''"), Value());
    EXPECT_EQ(read("!!seq [1]"), Value(Array{1}));
    EXPECT_EQ(read("!!map {a: 1}"), Value(Object{{"a", 1}}));
    EXPECT_EQ(read("!<tag:yaml.org,2002:str> 1"), Value("1"));
    EXPECT_EQ(read("!!binary |\n  aGVs\n  bG8=\n"), Value("hello"));
    EXPECT_EQ(refusal("!!int x"), "YAML: line 1, column 1: \"x\" is not what the tag !!int says");
    EXPECT_EQ(refusal("!!bool yes"),
              "YAML: line 1, column 1: \"yes\" is not what the tag !!bool says");
    EXPECT_EQ(refusal("a: !thing x"),
              "YAML: line 1, column 4: the tag !thing is not known: !!str !!int !!float !!bool "
              "!!null");
    EXPECT_EQ(refusal("!!set {a}"),
              "YAML: line 1, column 1: the tag tag:yaml.org,2002:set does not fit here");
    EXPECT_EQ(refusal("!!map [a]"),
              "YAML: line 1, column 1: the tag tag:yaml.org,2002:map does not fit here");
    EXPECT_EQ(refusal("1e999"), "YAML: line 1, column 1: the number 1e999 is too large");
}

// After YAML 1.2.2, chapter 2 (examples 2.1 to 2.18), which yaml/yaml-test-suite has as well.
TEST(Yaml, reads_collections_in_block_and_flow_style) {
    EXPECT_EQ(read("- Mark McGwire\n- Sammy Sosa\n"), Value(Array{"Mark McGwire", "Sammy Sosa"}));
    EXPECT_EQ(read("hr:  65    # Home runs\navg: 0.278 # Batting average\n"),
              Value(Object{{"hr", 65}, {"avg", 0.278}}));
    EXPECT_EQ(read("american:\n- Boston\n- Detroit\nnational:\n  - Mets\n"),
              Value(Object{{"american", Array{"Boston", "Detroit"}}, {"national", Array{"Mets"}}}));
    EXPECT_EQ(read("-\n  name: Mark\n  hr: 65\n-\n  name: Sammy\n"),
              Value(Array{Object{{"name", "Mark"}, {"hr", 65}}, Object{{"name", "Sammy"}}}));
    EXPECT_EQ(read("- [name, hr]\n- [Mark, 65]\n- []\n"),
              Value(Array{Array{"name", "hr"}, Array{"Mark", 65}, Array{}}));
    EXPECT_EQ(
        read("Mark: {hr: 65, avg: 0.278}\nSammy: {\n    hr: 63,\n  }\n"),
        Value(Object{{"Mark", Object{{"hr", 65}, {"avg", 0.278}}}, {"Sammy", Object{{"hr", 63}}}}));
    EXPECT_EQ(read("- item : Super Hoop\n  quantity: 1\n- - a\n  - b\n"),
              Value(Array{Object{{"item", "Super Hoop"}, {"quantity", 1}}, Array{"a", "b"}}));
    EXPECT_EQ(read("? a\n: b\n? c\n"), Value(Object{{"a", "b"}, {"c", {}}}));
    EXPECT_EQ(read("[a, [b, c], {d: e}, f: g]"),
              Value(Array{"a", Array{"b", "c"}, Object{{"d", "e"}}, Object{{"f", "g"}}}));
    EXPECT_EQ(read("{\"a\":1, b}"), Value(Object{{"a", 1}, {"b", {}}}));
    EXPECT_EQ(read("%YAML 1.2\n---\na: 1\n...\n"), Value(Object{{"a", 1}}));
    EXPECT_EQ(read("\xEF\xBB\xBF"
                   "a: 1\r\nb: 2\r\n"),
              Value(Object{{"a", 1}, {"b", 2}}));
}

// After examples 2.13 to 2.18, 8.4, 8.5, 8.10 and 7.5 of YAML 1.2.2.
TEST(Yaml, reads_text_over_several_lines) {
    EXPECT_EQ(read("--- |\n  \\//||\\/||\n  // ||  ||__\n"), Value("\\//||\\/||\n// ||  ||__\n"));
    EXPECT_EQ(read("--- >\n  Mark\n  won\n\n  twice\n"), Value("Mark won\ntwice\n"));
    EXPECT_EQ(read("a: >\n  x\n\n    y\n    z\n\n  w\n"),
              Value(Object{{"a", "x\n\n  y\n  z\n\nw\n"}}));
    EXPECT_EQ(read("strip: |-\n  text\nclip: |\n  text\nkeep: |+\n  text\n\n"),
              Value(Object{{"strip", "text"}, {"clip", "text\n"}, {"keep", "text\n\n"}}));
    EXPECT_EQ(read("plain:\n  This is\n  one line\n\n  and another\n"),
              Value(Object{{"plain", "This is one line\nand another"}}));
    EXPECT_EQ(read("\"folded \nto a space,\t\n \nto a line feed, or \t\\\n \\ \tnon-content\""),
              Value("folded to a space,\nto a line feed, or \t \tnon-content"));
    EXPECT_EQ(read("a: |2\n    x\n"), Value(Object{{"a", "  x\n"}}));
}

TEST(Yaml, writes_aliases_and_merges_out) {
    EXPECT_EQ(read("a: &x [1, 2]\nb: *x\n"), Value(Object{{"a", Array{1, 2}}, {"b", Array{1, 2}}}));
    EXPECT_EQ(read("- &k key\n- {*k : 1}\n"), Value(Array{"key", Object{{"key", 1}}}));
    EXPECT_EQ(read("[&a x, &a y, *a]"), Value(Array{"x", "y", "y"}));
    const char* base = "base: &b {p: 1, q: 2}\nmore: &m {q: 3, r: 4}\n";
    EXPECT_EQ(*read(std::string(base) + "x:\n  <<: *b\n  q: 5\n").find("x"),
              Value(Object({{"p", 1}, {"q", 5}})));
    EXPECT_EQ(*read(std::string(base) + "x:\n  q: 5\n  <<: [*m, *b]\n").find("x"),
              Value(Object({{"p", 1}, {"q", 5}, {"r", 4}})));
    EXPECT_EQ(read("\"<<\": 1"), Value(Object{{"<<", 1}}));
    EXPECT_EQ(refusal("<<: 1\na: 2"),
              "YAML: line 1, column 5: the key << takes a mapping, or a list of mappings");
    EXPECT_EQ(refusal("a: &x [*x]"),
              "YAML: line 1, column 8: the alias stands inside of what it names");
    EXPECT_EQ(refusal("a: *x"), "YAML: line 1, column 4: the referenced anchor is not defined");
}

TEST(Yaml, refuses_what_is_ambiguous_or_broken) {
    EXPECT_EQ(refusal("a: 1\nb: 2\na: 3"), "YAML: line 3, column 1: the key \"a\" is there twice");
    EXPECT_EQ(refusal("{a: 1, 'a': 2}"), "YAML: line 1, column 8: the key \"a\" is there twice");
    EXPECT_EQ(refusal("? [a]\n: b"),
              "YAML: line 1, column 3: a key must be a string, a number or a word");
    EXPECT_EQ(refusal("- a\nb: c"),
              "YAML: line 2, column 1: the value has ended above, and no --- begins another");
    EXPECT_EQ(refusal("a: 1\n...\nb: 2"), "YAML: the text holds more than one document");
    EXPECT_EQ(refusal("a: 1\n--- \nb: 2"), "YAML: the text holds more than one document");
    EXPECT_EQ(refusal("a: \xff"), "YAML: the text is not UTF-8");
    EXPECT_EQ(refusal("a: 1\nb: \0"sv), "YAML: line 2: the character 0x00 is not allowed");
    EXPECT_EQ(refusal("a: \x04"), "YAML: line 1: the character 0x04 is not allowed");
    for (const char* bad : {"a: b: c", "[1, 2", "{a: 1", "\"a", "a: 'b", "\ta: 1", "- a\nb: c",
                            "a:\n  b\n c: d", "a: [1]]", "%YAML 3.0\n--- a", "a: @x", "a: `x",
                            "--- |3\n x", "\"\\q\"", "&a &b x", "!!str !!int 1"})
        EXPECT_EQ(refusal(bad).substr(0, 10), "YAML: line") << bad;
}

TEST(Yaml, keys_that_are_no_strings_are_their_text) {
    EXPECT_EQ(
        read("80: a\n0x10: b\ntrue: c\n~: d\n1.50: e"),
        Value(Object{{"80", "a"}, {"0x10", "b"}, {"true", "c"}, {"null", "d"}, {"1.50", "e"}}));
}

TEST(Yaml, reads_every_document_of_a_stream) {
    const auto all = parse_yaml_all("--- 1\n---\n# nothing\n--- {a: &x 2}\n...\n--- b\n");
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_EQ(*all, (std::vector<Value>{1, {}, Object{{"a", 2}}, "b"}));
    EXPECT_TRUE(parse_yaml_all("")->empty());
    EXPECT_TRUE(parse_yaml_all("# only this\n")->empty());
    EXPECT_EQ(read("# only this\n"), Value());
    EXPECT_FALSE(parse_yaml_all("--- &x 1\n--- *x\n"));
}

TEST(Yaml, keeps_within_its_limits) {
    std::string laughs = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
    for (char c = 'b'; c <= 'j'; ++c) {
        laughs += fmt::format("{0}: &{0} [", c);
        for (int i = 0; i < 10; ++i) laughs += fmt::format("*{},", static_cast<char>(c - 1));
        laughs += "]\n";
    }
    EXPECT_EQ(
        refusal(laughs),
        "YAML: line 5, column 35: the text holds more than 200000 values, aliases written out");
    const std::string big = "a: &a {\"" + std::string(1'000, 'k') + "\": 1}\nb: [";
    std::string copies;
    for (int i = 0; i < 20'000; ++i) copies += "*a,";
    EXPECT_NE(refusal(big + copies + "]").find("more than 200000 values"), std::string::npos);

    const auto nested = [](int depth) {
        return std::string(static_cast<size_t>(depth), '[') +
               std::string(static_cast<size_t>(depth), ']');
    };
    EXPECT_TRUE(parse_yaml(nested(kMaxValueDepth)));
    EXPECT_EQ(refusal(nested(kMaxValueDepth + 1)),
              "YAML: line 1, column 65: nested deeper than 64 levels");
    EXPECT_NE(refusal(nested(100'000)).find("nested deeper than 64 levels"), std::string::npos);
    EXPECT_NE(
        refusal("- &a " + nested(40) + "\n- " + std::string(30, '[') + "*a" + std::string(30, ']'))
            .find("nested deeper"),
        std::string::npos);
    EXPECT_EQ(refusal(std::string((1 << 20) + 1, 'x')),
              "YAML: the text has 1048577 bytes, more than 1048576");
}

}  // namespace
}  // namespace sloth::text
