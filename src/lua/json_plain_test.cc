// Both readers of JSON must agree on everything: the quick one is asked first.
#include "lua/json_plain.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "lua/json_read.h"
#include "lua/json_write.h"

namespace sloth::lua {
namespace {

class JsonPlain : public testing::Test {
 protected:
    ~JsonPlain() override { lua_close(L_); }

    // The value on top, as text that tells floats and arrays apart; it is popped.
    std::string told() {
        std::string out = lua_type(L_, -1) == LUA_TNUMBER && lua_isinteger(L_, -1) == 0 ? "~" : "";
        std::string error;
        if (!write_json(L_, -1, {}, out, error)) out = error;
        lua_pop(L_, 1);
        return out;
    }

    std::string quick(std::string_view text) {
        if (!push_plain_json(L_, text)) return "gave up";
        std::string out = told();
        EXPECT_EQ(lua_gettop(L_), 0) << text;
        return out;
    }

    // By the reader of answers, which is the thorough one.
    std::string thorough(std::string_view text) {
        std::string error;
        const int count = push_json_values(L_, "[" + std::string(text) + "]", error);
        EXPECT_EQ(count, 1) << text << ": " << error;
        if (count != 1) return "refused";
        return told();
    }

    void agree(std::string_view text) {
        const std::string got = quick(text);
        EXPECT_NE(got, "gave up") << text;
        EXPECT_EQ(got, thorough(text)) << text;
    }

    void gives_up(std::string_view text) {
        EXPECT_EQ(quick(text), "gave up") << text;
        EXPECT_EQ(lua_gettop(L_), 0) << text;
    }

    lua_State* L_ = luaL_newstate();
};

TEST_F(JsonPlain, agrees_on_values) {
    for (const char* text : {"null",
                             "true",
                             "false",
                             "0",
                             "-0",
                             "7",
                             "-12",
                             "999999999999999999",
                             "1.5",
                             "-0.0",
                             "1.0",
                             "1e3",
                             "1E+2",
                             "12e-1",
                             "0.1",
                             "123456789012345678.25",
                             "\"\"",
                             "\"text\"",
                             R"("\"\\\/\b\f\n\r\t")",
                             "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\xA2\"",
                             "\"\xC3\xA9\\n\xC3\xA9\""})
        agree(text);
}

TEST_F(JsonPlain, agrees_on_tables) {
    for (const char* text :
         {"{}", "[]", " { } ", "[ ]", R"({"a":1})", R"( { "a" : [ 1 , 2 ] , "b" : { } } )",
          R"({"a":1,"a":2})", R"({"a":1,"a":null})", R"({"a":null})", "[null,1,null,2]",
          "[1,2,3,4,5,6,7,8]", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]", "[[[[]]],{}]",
          R"({"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8})",
          R"({"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"a":11,"k":12})",
          R"({"task":{"name":"deploy","exit_code":1,"tags":["a","b"]},"ok":false})"})
        agree(text);
}

TEST_F(JsonPlain, leaves_the_rest_to_the_other_reader) {
    for (const char* text : {"",
                             " ",
                             "nul",
                             "nullx",
                             "01",
                             "-",
                             "+1",
                             "1.",
                             ".5",
                             "1e",
                             "1e+",
                             "--1",
                             "0x1",
                             "1000000000000000000",
                             "-1000000000000000000",
                             "1e999",
                             "1e-999",
                             "\"",
                             "\"a",
                             "\"\\\"",
                             "\"\\u0041\"",
                             "\"\\x\"",
                             "\"\n\"",
                             "\"\\n\n\"",
                             "\"\xC3\"",
                             "\"\xC3\\n\xA9\"",
                             "\"\xED\xA0\x80\"",
                             "\"\xFF\"",
                             "[",
                             "[1",
                             "[1,",
                             "[1,]",
                             "[1 2]",
                             "[,1]",
                             "{",
                             "{\"a\"",
                             "{\"a\":",
                             "{\"a\":1",
                             "{\"a\":1,",
                             "{\"a\":1,}",
                             "{1:2}",
                             "{\"a\" 1}",
                             "{\"a\":1 \"b\":2}",
                             "{}{}",
                             "[]]",
                             "1 1",
                             "\xEF\xBB\xBF{}",
                             "// no",
                             "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]"})
        gives_up(text);
    using namespace std::string_view_literals;
    gives_up("[1]\0"sv);
    gives_up("\"\0\""sv);
}

TEST_F(JsonPlain, gives_up_at_every_place_where_a_text_may_be_cut) {
    const std::string text = R"({"a":[1,2.5,"x\n",{"b":null}],"c":true,"d":"end"})";
    agree(text);
    for (size_t size = 0; size < text.size(); ++size) gives_up(text.substr(0, size));
}

}  // namespace
}  // namespace sloth::lua
