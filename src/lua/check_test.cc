#include "lua/check.h"

#include <gtest/gtest.h>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

std::string raised(const std::string& call) {
    ScriptBed bed;
    return bed.eval("local ok, e = pcall(function() return " + call + " end) return e");
}

TEST(Check, names_the_function_however_it_was_called) {
    const std::string expected = "bad argument #1 to 'yaml.decode' (string expected, got table)";
    EXPECT_EQ(raised("yaml.decode({})"), "notify.lua:1: " + expected);
    EXPECT_EQ(raised("require('yaml').decode({})"), "notify.lua:1: " + expected);
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return select(2, pcall(yaml.decode, {}))"), expected);
    EXPECT_EQ(bed.eval("local f = yaml.decode yaml = nil return select(2, pcall(f, {}))"),
              expected);
    EXPECT_EQ(bed.eval("local f = yaml.decode yaml.decode = nil return select(2, pcall(f, {}))"),
              "bad argument #1 to '?' (string expected, got table)");
    EXPECT_EQ(raised("event.dispatch({})"),
              "notify.lua:1: bad argument #1 to 'event.dispatch' (string expected, got table)");
}

TEST(Check, says_what_was_expected) {
    EXPECT_EQ(raised("yaml.decode()"),
              "notify.lua:1: bad argument #1 to 'yaml.decode' (string expected, got no value)");
    EXPECT_EQ(raised("regex.find('a', 'b', 1.5)"),
              "notify.lua:1: bad argument #3 to 'regex.find' (whole number expected)");
    EXPECT_EQ(raised("regex.find('a', 'b', 'x')"),
              "notify.lua:1: bad argument #3 to 'regex.find' (number expected, got string)");
    EXPECT_EQ(raised("regex.find('a', 'b', 0)"),
              "notify.lua:1: bad argument #3 to 'regex.find' (1 or more expected, got 0)");
    EXPECT_EQ(raised("yaml.encode()"),
              "notify.lua:1: bad argument #1 to 'yaml.encode' (value expected)");
    EXPECT_EQ(raised("yaml.encode(print)"), "notify.lua:1: yaml.encode: cannot encode a function");
    EXPECT_EQ(raised("regex.match(coroutine.create(print), 'x')"),
              "notify.lua:1: bad argument #1 to 'regex.match' (string expected, got thread)");
}

TEST(Check, counts_arguments_of_methods_as_they_are_written) {
    EXPECT_EQ(raised("regex.compile('a'):find({})"),
              "notify.lua:1: bad argument #1 to 'regex pattern:find' (string expected, got table)");
    EXPECT_EQ(
        raised("regex.compile('a').find('b')"),
        "notify.lua:1: bad argument #1 to 'find' (regex pattern expected, got string: call it "
        "with a colon)");
    EXPECT_EQ(raised("regex.compile('a').find(template.parse('x'))"),
              "notify.lua:1: bad argument #1 to 'find' (regex pattern expected, got userdata: call "
              "it with a colon)");
}

TEST(Check, every_function_of_the_computing_modules_names_itself) {
    ScriptBed bed;
    const Outcome got = bed.call(R"lua(
        local free = {}
        for _, name in ipairs({'crypto', 'json', 'regex', 'template', 'time', 'yaml'}) do
            for field, f in pairs(require(name)) do
                local ok, e = pcall(f, coroutine.create(print))
                local full = name .. '.' .. field
                if ok then
                    free[#free + 1] = full
                elseif not e:find("bad argument #1 to '" .. name .. '.', 1, true) and
                       e ~= full .. ': cannot encode a thread' then
                    print(full .. ' raises: ' .. e)
                end
            end
        end
        table.sort(free)
        print(table.concat(free, ' ')))lua");
    // These take nothing.
    EXPECT_EQ(got.output, "crypto.uuid crypto.uuid_v4 crypto.uuid_v7 time.now") << got.error;
    EXPECT_EQ(raised("time.remaining({})").substr(0, 49),
              "notify.lua:1: bad argument #1 to 'time.remaining'");
    EXPECT_EQ(raised("time['until']({})").substr(0, 45),
              "notify.lua:1: bad argument #1 to 'time.until'");
}

TEST(Handle, shows_no_address_and_gives_nothing_away) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return tostring(regex.compile('a+'))"), "regex pattern: a+");
    EXPECT_EQ(bed.eval("return getmetatable(regex.compile('a+'))"), "false");
    EXPECT_EQ(bed.eval("return pcall(setmetatable, regex.compile('a'), {})").substr(0, 5), "false");
}

}  // namespace
}  // namespace sloth::lua
