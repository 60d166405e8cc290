// Scripts that were written for Lua 5.1 do what their authors meant.
#include <gmock/gmock.h>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

using testing::HasSubstr;

std::string eval(std::string_view body) { return ScriptBed().eval(body); }

TEST(OlderScripts, whole_numbers_have_no_fraction_wherever_they_are_shown) {
    EXPECT_EQ(eval("return tostring(3.0), 10 / 2, 2 ^ 10, -0.5, 1e15, 2 ^ 53"),
              "3\t5\t1024\t-0.5\t1e+15\t9.007199254741e+15");
    EXPECT_EQ(eval("return string.format('%s %s %5s|', 4.0, 4.5, 2 ^ 3)"), "4 4.5     8|");
    EXPECT_EQ(eval("return table.concat({1.0, 2.5, 'x', 7}, ',')"), "1,2.5,x,7");
    EXPECT_EQ(eval("return require('json').encode({n = 6 / 2})"), "{\"n\":3}");
    EXPECT_EQ(ScriptBed().call("log.info(9 / 3, {v = 8 / 2}) print(10 / 5)").output,
              "[INFO] 3 v=4\n2");
    EXPECT_EQ(eval("return tostring(1 / 0), tostring(-1 / 0), tostring(2 ^ 63)"),
              "inf\t-inf\t9.2233720368548e+18");
}

TEST(OlderScripts, format_cuts_fractions_for_whole_conversions) {
    EXPECT_EQ(eval("return string.format('%d %d %5.2f %x %c', 3.7, -3.7, 3.7, 255.9, 65.2)"),
              "3 -3  3.70 ff A");
    EXPECT_EQ(eval("return ('%d%%'):format('12.9')"), "12%");
    EXPECT_THAT(eval("return string.format('%d', 0 / 0)"), HasSubstr("no integer representation"));
    EXPECT_THAT(eval("return string.format('%d')"), HasSubstr("bad argument #2 to 'format'"));
    EXPECT_THAT(eval("return string.format('%d', 'x')"), HasSubstr("number expected"));
    EXPECT_EQ(eval("return string.format('%q', 'a\\nb')"), "\"a\\\nb\"");
    EXPECT_EQ(eval("return string.format('%-5s|%05d|%+d', 'ab', 42, 7)"), "ab   |00042|+7");
}

TEST(OlderScripts, functions_of_their_time_are_there) {
    EXPECT_EQ(eval("return unpack({1, 2, 3})"), "1\t2\t3");
    EXPECT_EQ(eval("return table.getn({1, 2, nil, 4}), table.maxn({[3] = 1, [7.5] = 1})"),
              "4\t7.5");
    EXPECT_EQ(eval("return loadstring('return 1 + 1')()"), "2");
    EXPECT_EQ(eval("return loadstring('x x')"), "nil\t[string \"x x\"]:1: syntax error near 'x'");
    EXPECT_EQ(eval("return math.pow(2, 8), math.log10(1000)"), "256\t3");
}

TEST(OlderScripts, an_object_has_a_name_without_an_address_and_the_same_in_each_attempt) {
    EXPECT_EQ(eval("local a, b = {}, {} return tostring(b), tostring(a), tostring(b)"),
              "table: 0x00000001\ttable: 0x00000002\ttable: 0x00000001");
    EXPECT_EQ(eval("return string.format('%p %s', print, print)"),
              "function: 0x00000001 function: 0x00000001");
    EXPECT_EQ(eval("return tostring(setmetatable({}, {__tostring = function() return 'me' end}))"),
              "me");
    EXPECT_EQ(eval("return tostring(setmetatable({}, {__name = 'Thing'}))"), "Thing: 0x00000001");
}

TEST(TableFunctions, refuse_a_length_that_no_table_has) {
    const std::string fake = "local t = setmetatable({}, {__len = function() return 1 << 40 end}) ";
    EXPECT_THAT(eval(fake + "table.insert(t, 1, 'x')"), HasSubstr("more than 10000000 elements"));
    EXPECT_THAT(eval(fake + "table.remove(t, 1)"), HasSubstr("more than 10000000 elements"));
    EXPECT_THAT(eval(fake + "table.concat(t)"), HasSubstr("more than 10000000 elements"));
    EXPECT_THAT(eval(fake + "table.unpack(t)"), HasSubstr("more than 10000000 elements"));
    EXPECT_THAT(eval("table.move({}, 1, 2000000000, 2)"), HasSubstr("more than 10000000"));
    EXPECT_THAT(eval("table.unpack({}, math.mininteger, math.maxinteger)"), HasSubstr("more than"));
    EXPECT_THAT(eval("table.unpack({}, 1, 9000000)"), HasSubstr("too many results"));
}

TEST(TableFunctions, do_what_they_always_did) {
    EXPECT_EQ(eval("local t = {1, 2} table.insert(t, 3) table.insert(t, 1, 0) "
                   "return table.concat(t, '-'), table.remove(t, 1), table.remove(t), #t"),
              "0-1-2-3\t0\t3\t2");
    EXPECT_EQ(eval("return table.concat(table.move({1, 2, 3}, 1, 3, 2), ' ')"), "1 1 2 3");
    EXPECT_EQ(
        eval("return table.concat({}), table.concat({1, 2, 3}, ',', 2, 3), #table.pack(1, nil)"),
        "\t2,3\t1");
    EXPECT_THAT(eval("table.concat({1, {}})"), HasSubstr("invalid value (at index 2)"));
    EXPECT_THAT(eval("table.insert({}, 5, 1)"),
                HasSubstr("bad argument #2 to 'insert' (position out of bounds"));
    EXPECT_THAT(eval("table.insert(nil, 1)"), HasSubstr("table expected"));
    EXPECT_EQ(eval("return table.concat(setmetatable({}, {__index = function(_, i) return 'v' .. i "
                   "end}), ',', 1, 2)"),
              "v1,v2");
    EXPECT_EQ(eval("return table.remove({}), select('#', table.remove({}))"), "nil\t1");
}

}  // namespace
}  // namespace sloth::lua
