// Functions of Go's text/template (compared with Go 1.26) and of the Sprig set.
#include "text/template/function.h"

#include "text/template/template_bed.h"

namespace sloth::text {
namespace {

constexpr std::string_view kData =
    "{name: web, n: 3, f: 2.5, l: [1, x, [2]], m: {b: 2, a: 1}, html: \"<a b='c'>&\\\"\","
    " text: \"one\\ntwo\", list: [a, ~, 2, true]}";

std::string value_of(std::string_view call) {
    const std::string got = rendered("{{" + std::string(call) + "}}", kData);
    constexpr std::string_view kPrefix = "error: template: line 1, column 3: ";
    return got.starts_with(kPrefix) ? "error: " + got.substr(kPrefix.size()) : got;
}

TEST(TemplateFunction, compares_values) {
    EXPECT_EQ(value_of("eq 1 1"), "true");
    EXPECT_EQ(value_of("eq .n 1 2 3"), "true");
    EXPECT_EQ(value_of("eq .n 1 2"), "false");
    EXPECT_EQ(value_of("eq .name \"web\""), "true");
    EXPECT_EQ(value_of("eq .missing nil"), "true");
    EXPECT_EQ(value_of("eq .missing 0"), "false");
    EXPECT_EQ(value_of("eq 3 3.0"), "true");
    EXPECT_EQ(value_of("eq 9007199254740993 9007199254740992"), "false");
    EXPECT_EQ(value_of("ne 1 2"), "true");
    EXPECT_EQ(value_of("and (lt 1 2) (le 2 2) (gt 2.5 2) (ge 2 2.0) (lt \"a\" \"b\")"), "true");
    EXPECT_EQ(value_of("or (lt 2 1) (le 3 2) (gt 2 2.5) (ge 1 2) (lt \"b\" \"a\")"), "false");
    EXPECT_EQ(value_of("eq 1 \"1\""), "error: eq: an integer and a string cannot be compared");
    EXPECT_EQ(value_of("eq .l .l"), "error: eq: an array and an array cannot be compared");
    EXPECT_EQ(value_of("lt true false"), "error: lt: a boolean and a boolean cannot be compared");
    EXPECT_EQ(value_of("lt .missing 1"), "error: lt: no value and an integer cannot be compared");
    EXPECT_EQ(value_of("eq 1"), "error: eq takes at least 2 arguments, not 1");
}

TEST(TemplateFunction, decides_without_looking_further) {
    EXPECT_EQ(value_of("and 1 0 (index .l 99)"), "0");
    EXPECT_EQ(value_of("or \"\" 5 (index .l 99)"), "5");
    EXPECT_EQ(value_of("and 1 2"), "2");
    EXPECT_EQ(value_of("or 0 \"\""), "");
    EXPECT_EQ(value_of("1 | and 0"), "0");
    EXPECT_EQ(value_of("1 | or 0"), "1");
    EXPECT_EQ(value_of("not 0"), "true");
    EXPECT_EQ(value_of("not .l"), "false");
    EXPECT_EQ(value_of("and"), "error: and takes at least 1 argument, not 0");
}

TEST(TemplateFunction, takes_values_apart) {
    EXPECT_EQ(value_of("len .name"), "3");
    EXPECT_EQ(value_of("len .l"), "3");
    EXPECT_EQ(value_of("len .m"), "2");
    EXPECT_EQ(value_of("len .n"), "error: len: an integer has no length");
    EXPECT_EQ(value_of("index .l 2 0"), "2");
    EXPECT_EQ(value_of("index .m \"b\""), "2");
    EXPECT_EQ(value_of("index .name 0"), "119");
    EXPECT_EQ(value_of("index .m"), "map[a:1 b:2]");
    EXPECT_EQ(value_of("index .l -1"), "error: index: an array of 3 has no place -1");
    EXPECT_EQ(value_of("index .l \"a\""),
              "error: index: a string cannot be a place in an array of 3");
    EXPECT_EQ(value_of("index .m 1"), "error: index: an integer cannot be a key of an object");
    EXPECT_EQ(value_of("index .missing 1"), "error: index: no value has no elements");
    EXPECT_EQ(value_of("slice .name 1"), "eb");
    EXPECT_EQ(value_of("slice .name 1 2"), "e");
    EXPECT_EQ(value_of("slice .l 1 2"), "[x]");
    EXPECT_EQ(value_of("slice .l 0 1 2"), "[1]");
    EXPECT_EQ(value_of("slice .name 9"), "error: slice: a string of 3 has no place 9");
    EXPECT_EQ(value_of("slice .name 2 1"), "error: slice: cannot slice from place 2 to 1");
    EXPECT_EQ(value_of("slice .m 1"), "error: slice: an object cannot be sliced");
}

TEST(TemplateFunction, prints_values) {
    EXPECT_EQ(value_of("print 1 2 \"a\" \"b\" 3 4"), "1 2ab3 4");
    EXPECT_EQ(value_of("println 1 \"a\" .missing"), "1 a <nil>\n");
    EXPECT_EQ(value_of("print nil .l .m"), "<nil> [1 x [2]] map[a:1 b:2]");
    EXPECT_EQ(value_of("printf \"%s=%03d\" .name .n"), "web=003");
    EXPECT_EQ(value_of("printf 1"), "error: printf: the format must be a string, not an integer");
}

TEST(TemplateFunction, escapes_for_other_languages) {
    EXPECT_EQ(value_of("html .html"), "&lt;a b=&#39;c&#39;&gt;&amp;&#34;");
    EXPECT_EQ(value_of("html 1 \"<\" .missing"), "1&lt;&lt;no value&gt;");
    EXPECT_EQ(value_of("js \"a'\\\"<>&=\\\\\\n\\u00e9\\u2028\""),
              "a\\'\\\"\\u003C\\u003E\\u0026\\u003D\\\\\\u000A\u00e9\\u2028");
    EXPECT_EQ(value_of("urlquery \"a b&c/\\u00e9~\""), "a+b%26c%2F%C3%A9~");
}

TEST(TemplateFunction, falls_back_to_a_default) {
    EXPECT_EQ(value_of(".missing | default \"x\""), "x");
    EXPECT_EQ(value_of(".name | default \"x\""), "web");
    EXPECT_EQ(value_of("default 5 0"), "5");
    EXPECT_EQ(value_of("default 5"), "5");
}

TEST(TemplateFunction, changes_text) {
    EXPECT_EQ(value_of("upper \"stra\\u00dfe \\u00e9\\u0449\""), "STRA\u00dfE \u00c9\u0429");
    EXPECT_EQ(value_of("lower \"\\u00c4B\\u0416\""), "\u00e4b\u0436");
    EXPECT_EQ(value_of("title \"hello big-world it's\""), "Hello Big-World It's");
    EXPECT_EQ(value_of("trim \" \\t a b \\n\""), "a b");
    EXPECT_EQ(value_of("\"a-b-c\" | replace \"-\" \"+\""), "a+b+c");
    EXPECT_EQ(value_of("join \", \" .list"), "a, 2, true");
    EXPECT_EQ(value_of("index (split \",\" \"a,b,,c\") 3"), "c");
    EXPECT_EQ(value_of("len (split \",\" \"\")"), "1");
    EXPECT_EQ(value_of("quote .name 3 .missing \"a\\\"b\""), "\"web\" \"3\" \"a\\\"b\"");
    EXPECT_EQ(value_of(".text | indent 2"), "  one\n  two");
    EXPECT_EQ(value_of(".text | nindent 2"), "\n  one\n  two");
    EXPECT_EQ(value_of("contains \"eb\" .name"), "true");
    EXPECT_EQ(value_of("hasPrefix \"we\" .name"), "true");
    EXPECT_EQ(value_of("hasSuffix \"we\" .name"), "false");
    EXPECT_EQ(value_of("upper .n"), "3");
    EXPECT_EQ(value_of("upper .missing"),
              "error: upper: argument 1 must be a string, not no value");
    EXPECT_EQ(value_of("replace \"\" \"x\" .name"), "error: replace: argument 1 must not be empty");
    EXPECT_EQ(value_of("indent \"x\" .name"),
              "error: indent: argument 1 must be a number of blanks up to 1000, not a string");
}

TEST(TemplateFunction, writes_json_and_yaml) {
    EXPECT_EQ(value_of("toJson ."),
              R"({"f":2.5,"html":"<a b='c'>&\"","l":[1,"x",[2]],"list":["a",null,2,true],)"
              R"("m":{"a":1,"b":2},"n":3,"name":"web","text":"one\ntwo"})");
    EXPECT_EQ(value_of("toJson .missing"), "null");
    EXPECT_EQ(value_of("toYaml .m"), "a: 1\nb: 2");
    EXPECT_EQ(value_of("toYaml .l | nindent 4"), "\n    - 1\n    - x\n    - - 2");
}

}  // namespace
}  // namespace sloth::text
