#include <gtest/gtest.h>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

TEST(LuaRegex, matches_and_finds) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return regex.match('^a+$', 'aaa'), regex.match('^a+$', 'ab')"),
              "true\tfalse");
    EXPECT_EQ(
        bed.eval(R"lua(local m = regex.find([[(?P<user>\w+)@(\w+)(\.com)?]], 'to: bo@there, x@y')
                          return m.text, m.start, m.stop, m[1], m[2], m[3], m.named.user)lua"),
        "bo@there\t5\t12\tbo\tthere\tnil\tbo");
    EXPECT_EQ(bed.eval("return regex.find('x', 'abc')"), "nil");
    EXPECT_EQ(bed.eval("return regex.find('a', 'abca', 2).start, regex.find('a', 'a', 99)"),
              "4\tnil");
    EXPECT_EQ(bed.eval("local m = regex.find('', '') return m.text, m.start, m.stop"), "\t1\t0");
    EXPECT_EQ(bed.eval("local t = {} for i, m in ipairs(regex.find_all('[a-z]+', 'ab 1 cd ef')) do "
                       "t[i] = m.text .. m.start end return table.concat(t, ' ')"),
              "ab1 cd6 ef9");
    EXPECT_EQ(
        bed.eval("return #regex.find_all('a', 'aaaa', 3), json.encode(regex.find_all('x', ''))"),
        "3\t[]");
}

TEST(LuaRegex, replaces_and_splits) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return regex.replace('(\\\\w+)=(\\\\w+)', 'a=1 b=2', '$2=$1')"), "1=a 2=b");
    EXPECT_EQ(bed.eval("return regex.replace('a', 'aaa', 'b', 1)"), "baa");
    EXPECT_EQ(bed.eval("return table.concat(regex.split(',\\\\s*', 'a, b,c'), '|')"), "a|b|c");
    EXPECT_EQ(bed.eval("return table.concat(regex.split(',', 'a,b,c', 2), '|')"), "a|b,c");
    EXPECT_EQ(bed.eval("return regex.quote('a.b'), regex.match(regex.quote('a.b'), 'axb')"),
              "a\\.b\tfalse");
    EXPECT_EQ(bed.eval("return select(2, pcall(regex.replace, 'a', 'a', '$1'))"),
              "regex.replace: the pattern has no group ${1}; $$ is a dollar");
}

TEST(LuaRegex, keeps_compiled_expressions) {
    ScriptBed bed;
    EXPECT_EQ(
        bed.eval("local r = regex.compile('(?i)b') return r:match('ABC'), r:find('ABC').start, "
                 "#r:find_all('bBx'), r:replace('abc', 'x'), #r:split('abc')"),
        "true\t2\t2\taxc\t2");
    EXPECT_EQ(bed.eval("return regex.compile('a(')"),
              "nil\tthe pattern is wrong at character 1, 'a(': missing )");
    EXPECT_EQ(
        bed.eval("return select(2, pcall(regex.match, 'a(', 'x'))"),
        "bad argument #1 to 'regex.match' (the pattern is wrong at character 1, 'a(': missing "
        "))");
    EXPECT_EQ(
        bed.eval("local n = 0 for i = 1, 40 do if regex.match('x' .. i .. '$', 'x40') then n = i "
                 "end end return n"),
        "40");
}

TEST(LuaRegex, cannot_outlive_the_run) {
    ScriptBed bed;
    bed.timeout = 1ms;
    const Outcome endless = bed.call("return regex.find_all('a.*b|a', ('a'):rep(200))");
    EXPECT_EQ(endless.status, RunStatus::timeout);
    EXPECT_EQ(bed.call("while true do pcall(regex.find_all, 'a', ('a'):rep(200)) end").status,
              RunStatus::timeout);
    bed.timeout = 1s;
    EXPECT_EQ(
        bed.eval("return select(2, pcall(regex.match, '(a?){500}b', ('a'):rep(1000000)))"),
        "regex.match: 1000000 bytes of text are too many for a pattern of 2005 steps: cut the "
        "text into lines, or make the pattern simpler");
}

}  // namespace
}  // namespace sloth::lua
