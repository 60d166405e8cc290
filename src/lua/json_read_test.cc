// JSON as RFC 8259 has it, by the kinds of cases of nst/JSONTestSuite: what it calls y_ must be
// read, what it calls n_ must be refused.
#include "lua/json_read.h"

#include <gtest/gtest.h>

#include <initializer_list>

#include "lua/json_write.h"

namespace sloth::lua {
namespace {

using namespace std::string_view_literals;

class JsonRead : public testing::Test {
 protected:
    JsonRead() : L_(luaL_newstate()) {}
    ~JsonRead() override { lua_close(L_); }

    bool reads(std::string_view text) {
        std::string error;
        const bool ok = push_json(L_, text, error);
        EXPECT_EQ(ok, error.empty());
        return ok;
    }
    // Read and written again.
    std::string again(std::string_view text) {
        if (!reads(text)) return "refused";
        std::string out;
        std::string error;
        EXPECT_TRUE(write_json(L_, -1, {}, out, error)) << error;
        lua_pop(L_, 1);
        return out;
    }
    void all(std::initializer_list<std::string_view> texts, bool ok) {
        for (const std::string_view text : texts) {
            EXPECT_EQ(reads(text), ok) << text;
            lua_settop(L_, 0);
        }
    }

    lua_State* L_;
};

TEST_F(JsonRead, takes_arrays) {
    all({"[[]   ]", "[\"\"]", "[]", "[\"a\"]", "[false]", "[null, 1, \"1\", {}]", "[null]", "[1\n]",
         " [1]", "[1,null,null,null,2]", "[2] ", "[true]", " [] "},
        true);
    EXPECT_EQ(again("[1,null,null,null,2]"), "[1,null,null,null,2]");
    EXPECT_EQ(again("[[],[null],{}]"), "[[],[],{}]");
}

TEST_F(JsonRead, takes_numbers) {
    all({"[123e65]",
         "[0e+1]",
         "[0e1]",
         "[ 4]",
         "[-0]",
         "[20e1]",
         "[-123]",
         "[-1]",
         "[1E22]",
         "[1E-2]",
         "[1E+2]",
         "[123e45]",
         "[123.456e78]",
         "[1e-2]",
         "[1e+2]",
         "[123]",
         "[123.456789]",
         "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]",
         "{\"min\": -1.0e+28, \"max\": 1.0e+28}",
         "42",
         "-0.1"},
        true);
    EXPECT_EQ(again("[7, 7.0, 0.5, 1e2, -0, 9223372036854775807, -9223372036854775808]"),
              "[7,7,0.5,100,0,9223372036854775807,-9223372036854775808]");
    EXPECT_EQ(again("[9223372036854775808, 1e300]"), "[9223372036854775808,1e+300]");
    EXPECT_EQ(again("1e999"), "refused");
}

TEST_F(JsonRead, takes_objects) {
    all({R"({"asd":"sdf", "dfg":"fgh"})", R"({"asd":"sdf"})", R"({"a":"b","a":"c"})",
         R"({"a":"b","a":"b"})", "{}", R"({"":0})", R"({"foo\u0000bar": 42})",
         R"({"x":[{"id": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}], "id": "x"})", R"({"a":[]})",
         R"({"title":"\u041f\u043e\u043b\u0442\u043e\u0440\u0430" })", "{\n\"a\": \"b\"\n}"},
        true);
    EXPECT_EQ(again(R"({"a":"b","a":"c"})"), R"({"a":"c"})");
    EXPECT_EQ(again(R"({"b":1,"a":null,"":2})"), R"({"":2,"b":1})");
}

TEST_F(JsonRead, takes_strings) {
    all({R"(["\u0060\u012a\u12AB"])",
         R"(["\uD801\udc37"])",
         R"(["\ud83d\ude39\ud83d\udc8d"])",
         R"(["\"\\\/\b\f\n\r\t"])",
         R"(["\\u0000"])",
         R"(["\""])",
         R"(["a/*b*/c/*d//e"])",
         R"(["\\a"])",
         R"(["\\n"])",
         R"(["\u0012"])",
         R"(["\uFFFF"])",
         R"(["asd"])",
         R"([ "asd"])",
         R"(["\uDBFF\uDFFF"])",
         R"(["new\u00A0line"])",
         "[\"\xF4\x8F\xBF\xBF\"]",
         "[\"\xEF\xBF\xBF\"]",
         R"(["\u0000"])",
         R"(["\u002c"])",
         "[\"\xCF\x80\"]",
         "[\"\xF0\x9B\xBF\xBF\"]",
         R"(" ")",
         R"(["\uD834\uDd1e"])",
         R"(["\u0821"])",
         R"(["\u0123"])",
         "[\"\u2028\"]",
         "[\"\u2029\"]",
         R"(["\u0061\u30af\u30EA\u30b9"])",
         R"(["new\u000Aline"])",
         "[\"\x7f\"]",
         R"(["\uA66D"])",
         R"(["\u005C"])",
         "[\"\u2342\u3060\"]",
         R"(["\uDBFF\uDFFE"])",
         R"(["\uD83F\uDFFE"])",
         R"(["\u200B"])",
         R"(["\u2064"])",
         R"(["\uFDD0"])",
         R"(["\uFFFE"])",
         R"(["\u0022"])",
         "[\"\u20ac\U0001D11E\"]",
         "[\"a\x7f"
         "a\"]",
         "\"\"",
         "\"asd\""},
        true);
    EXPECT_EQ(again(R"("\u0000\u001f\"\\\/\u00e9\ud83d\ude39")"),
              "\"\\u0000\\u001f\\\"\\\\/\u00e9\U0001F639\"");
}

TEST_F(JsonRead, takes_values_alone) {
    all({"false", "42", "-0.1", "null", "\"asd\"", "true", "\"\"", "[\"a\"]\n", "\t\n\r true "},
        true);
}

TEST_F(JsonRead, refuses_broken_arrays) {
    all({"[1 true]",
         "[a\xE5]",
         "[\"\": 1]",
         "[\"\"],",
         "[,1]",
         "[1,,2]",
         "[\"x\",,]",
         "[\"x\"]]",
         "[\"\",]",
         "[\"x\"",
         "[x",
         "[3[4]]",
         "[\xFF]",
         "[1:2]",
         "[,]",
         "[-]",
         "[   , \"\"]",
         "[\"a\",\n4\n,1,",
         "[1,]",
         "[1,,]",
         "[\"\v"
         "a\"\\f]",
         "[*]",
         "[\"\"",
         "[1,",
         "[1,\n1\n,1",
         "[{}",
         "[fals]",
         "[nul]",
         "[tru]",
         "[1]x",
         "[1]]",
         "[][]",
         "]",
         "[",
         "[1",
         "[ false, nul",
         "[ true, fals",
         "[ false, tru",
         "['",
         "[,",
         "[{",
         "[\"a",
         "[\"a\"",
         "[<null>]",
         "[True]",
         "1]",
         "[\u2060]",
         "[\f]",
         "[\0]"sv},
        false);
}

TEST_F(JsonRead, refuses_what_is_no_number) {
    all({"123\0"sv,     "[++1234]",  "[+1]",
         "[+Inf]",      "[-01]",     "[-1.0.]",
         "[-2.]",       "[-NaN]",    "[.-1]",
         "[.2e-3]",     "[0.1.2]",   "[0.3e+]",
         "[0.3e]",      "[0.e1]",    "[0E+]",
         "[0E]",        "[0e+]",     "[0e]",
         "[1.0e+]",     "[1.0e-]",   "[1.0e]",
         "[1 000.0]",   "[1eE2]",    "[2.e+3]",
         "[2.e-3]",     "[2.e3]",    "[9.e+]",
         "[Inf]",       "[NaN]",     "[\uFF11]",
         "[1+2]",       "[0x1]",     "[0x42]",
         "[Infinity]",  "[0e+-1]",   "[-123.123foo]",
         "[123\xE5]",   "[1e1\xE5]", "[0\xE5]",
         "[-Infinity]", "[-foo]",    "[- 1]",
         "[-012]",      "[-.123]",   "[-1x]",
         "[1ea]",       "[1e\xE5]",  "[1.]",
         "[.123]",      "[1.2a-3]",  "[1.8011670033376514H-308]",
         "[012]",       "2@",        "nan",
         "-inf"},
        false);
}

TEST_F(JsonRead, refuses_broken_objects) {
    all({"[\"x\", truth]",
         "{[: \"x\"}\n",
         "{\"x\", null}",
         "{\"x\"::\"b\"}",
         "{\U0001F1E8\U0001F1ED}",
         "{\"a\":\"a\" 123}",
         "{key: 'value'}",
         "{\"\xB9\":\"0\",}",
         "{\"a\" b}",
         "{:\"b\"}",
         "{\"a\" \"b\"}",
         "{\"a\":",
         "{\"a\"",
         "{1:1}",
         "{9999E9999:1}",
         "{null:null,null:null}",
         "{\"id\":0,,,,,}",
         "{'a':0}",
         "{\"id\":0,}",
         "{\"a\":\"b\"}/**/",
         "{\"a\":\"b\"}/**//",
         "{\"a\":\"b\"}//",
         "{\"a\":\"b\"}/",
         "{\"a\":\"b\",,\"c\":\"d\"}",
         "{a: \"b\"}",
         "{\"a\":\"a",
         "{ \"foo\" : \"bar\", \"a\" }",
         "{\"a\":\"b\"}#",
         "{\"x\": true,",
         "{}}",
         "{\"\":",
         "{\"a\":/*comment*/\"b\"}",
         "{\"a\": true} \"x\"",
         "{",
         "{]",
         "{,",
         "{[",
         "{\"a",
         "{'a'",
         "{\"a\":\"b\"}#{}",
         "{\"asd\":\"asd\"",
         "{\"a\":1,}"},
        false);
}

TEST_F(JsonRead, refuses_broken_strings) {
    all({R"(["\uD800\"])",
         R"(["\uD800\u"])",
         R"(["\uD800\u1"])",
         R"(["\uD800\u1x"])",
         "[\u00e9]",
         "[\"\\\0\"]"sv,
         R"(["\x00"])",
         R"(["\\\"])",
         "[\"\\\t\"]",
         "[\"\\\U0001F300\"]",
         R"(["\"])",
         R"(["\u00A"])",
         R"(["\uD834\uDd"])",
         R"(["\uD800\uD800\x"])",
         "[\"\\u\xE5\"]",
         R"(["\a"])",
         R"(["\uqqqq"])",
         "[\"\\\xE5\"]",
         R"([\u0020"asd"])",
         R"([\n])",
         "\"",
         "['single quote']",
         "abc",
         "[\"\\",
         "[\"a\0a\"]"sv,
         "[\"new\nline\"]",
         "[\"\t\"]",
         R"("\UA66D")",
         "\"\"x",
         "[\"asd]",
         R"([\u000A""])",
         "\"\xED\xA0\x80\"",
         "\"\xC0\xAF\"",
         "\"\xF4\x90\x80\x80\"",
         "\"\xE2\x82\""},
        false);
}

TEST_F(JsonRead, refuses_what_is_no_value) {
    all({"", " ", "\xEF\xBB\xBF", "<.>", "a\u00e5", "\xEF\xBB{}", "\xE5", "*", "\xE9",
         "[\"\\{[\"\\{", "\u2060", "nul", "True", "undefined", "// x\n1", "1 2", "#", "'a'"},
        false);
}

TEST_F(JsonRead, refuses_what_is_nested_too_deep) {
    const auto nested = [](size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_TRUE(reads(nested(64)));
    EXPECT_FALSE(reads(nested(65)));
    EXPECT_FALSE(reads(std::string(100'000, '[')));
    std::string objects;
    for (int i = 0; i < 50'000; ++i) objects += "[{\"\":";
    EXPECT_FALSE(reads(objects));
}

}  // namespace
}  // namespace sloth::lua
