#include "lua/gsub.h"

#include <gtest/gtest.h>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

// Runs every pattern over every subject with every kind of replacement, and writes what came out.
constexpr const char* kCases = R"(
local subjects = {'', 'a', 'hello world', 'aaa', ' x  y ', 'THE (quick) fox', 'a,b,,c', '\0a\0'}
local patterns = {'', 'a', 'a*', 'a-', '^a', '^', '$', '.', '%w+', '()', '()a()', '(%w)(%w*)', '%f[%a]%a+',
                  '%b()', '^(%s*)', ',?', '[^,]*', '%z', 'l+', 'o w', '(', '%', '[a'}
local replacements = {
    function(...) return table.concat({select('#', ...), tostring((...))}, ':') end,
    function() return nil end, function() return false end, function(x) return 7 end,
    function() return {} end, function() error('no', 0) end,
    {a = 'A', hello = false, x = 1}, setmetatable({}, {__index = function(_, k) return '<' .. k .. '>' end}),
    setmetatable({}, {__index = {a = 'B'}}), {[1] = 'one', a = {}},
}
local out = {}
for _, s in ipairs(subjects) do
    for _, p in ipairs(patterns) do
        for i, r in ipairs(replacements) do
            for _, most in ipairs({'all', 0, 1, 2}) do
                local ok, a, b
                if most == 'all' then ok, a, b = pcall(gsub, s, p, r)
                else ok, a, b = pcall(gsub, s, p, r, most) end
                out[#out + 1] = table.concat({tostring(ok), tostring(a), tostring(b)}, '|')
            end
        end
    end
end
)";

std::string stock(const std::string& script) {
    lua_State* L = luaL_newstate();
    luaL_openlibs(L);
    EXPECT_EQ(luaL_dostring(L, script.c_str()), LUA_OK) << lua_tostring(L, -1);
    std::string out = lua_tostring(L, -1);
    lua_close(L);
    return out;
}

TEST(Gsub, gives_what_lua_gives) {
    const std::string script = "local gsub = string.gsub " + std::string(kCases) +
                               "return #out .. '\\n' .. table.concat(out, '\\n'):gsub('%z', '0')";
    ScriptBed bed;
    bed.timeout = 1h;
    bed.output_limit = 16 << 20;
    const std::string ours = bed.eval("local function f() " + script + " end return (f())");
    EXPECT_EQ(ours, stock("local function f() " + script + " end return (f())"));
    EXPECT_GT(ours.size(), 10'000u);
}

TEST(Gsub, does_the_same_in_slices) {
    const std::string script =
        "local gsub = string.gsub local subjects = {'hello world'} " +
        std::string(kCases).substr(std::string(kCases).find("local patterns"));
    const std::string body = script + "return table.concat(out, '\\n')";
    ScriptBed whole;
    whole.timeout = 1h;
    ScriptBed sliced;
    sliced.timeout = 1h;
    sliced.slice = 0us;
    sliced.check_every = 1;
    EXPECT_EQ(whole.eval(body), sliced.eval(body));
}

}  // namespace
}  // namespace sloth::lua
