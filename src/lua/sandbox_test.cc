#include <gtest/gtest.h>

#include "lua/library.h"
#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

TEST(Sandbox, has_only_the_globals_on_the_list) {
    ScriptBed bed;
    EXPECT_EQ(
        bed.eval("local t = {} for k in pairs(_G) do t[#t + 1] = k end table.sort(t) "
                 "return table.concat(t, ' ')"),
        "_G _VERSION assert collectgarbage contains coroutine crypto debug env error event exec "
        "file file_ops fs getmetatable http ipairs json load loadstring log math next on_event os "
        "pairs pcall print rawequal rawget rawlen rawset regex require secret select setmetatable "
        "slog state string table template time tonumber tostring type unpack utf8 watcher xpcall "
        "yaml");
}

TEST(Sandbox, has_nothing_that_leaves_it) {
    constexpr const char* kGone[] = {
        "io",
        "package",
        "dofile",
        "loadfile",
        "warn",
        "module",
        "os.execute",
        "os.exit",
        "os.remove",
        "os.rename",
        "os.tmpname",
        "os.setlocale",
        "string.dump",
        "debug.getinfo",
        "debug.sethook",
        "debug.getregistry",
        "debug.setmetatable",
        "debug.getupvalue",
        "debug.debug",
    };
    for (const char* name : kGone) {
        ScriptBed bed;
        EXPECT_EQ(bed.eval(std::string("return ") + name), "nil") << name;
    }
}

TEST(Sandbox, loads_text_only) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval(R"(return load("\27Lua", "x", "b"))"),
              "nil\tattempt to load a binary chunk (mode is 't')");
    EXPECT_EQ(bed.eval("return load(function() return nil end) ~= nil"), "true");
    EXPECT_EQ(bed.eval("local n = 0 return load(function() n = n + 1 return ({'return ', '7'})[n] "
                       "end)()"),
              "7");
    EXPECT_EQ(bed.eval("return load('return x', 'c', 't', {x = 5})()"), "5");
    EXPECT_EQ(bed.eval("return load(('x'):rep(2 << 20))"), "nil\tthe chunk is longer than 1MiB");
    EXPECT_EQ(
        bed.eval("local n = 0 local f, why = load(function() n = n + 1 return (' '):rep(1000) "
                 "end) return f, why, n"),
        "nil\tthe chunk is longer than 1MiB\t1049");
    EXPECT_EQ(bed.run("\x1bLua").status, RunStatus::failed);
}

TEST(Sandbox, locks_the_metatable_of_strings) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return getmetatable('')"), "false");
    EXPECT_EQ(bed.eval("return pcall(setmetatable, 'x', {})").substr(0, 5), "false");
}

TEST(Sandbox, refuses_finalizers) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return pcall(setmetatable, {}, {__gc = function() end})"),
              "false\tsetmetatable: hooks cannot set __gc");
    EXPECT_EQ(bed.eval("local mt = {} local t = setmetatable({}, mt) "
                       "mt.__gc = function() print('collected') end t = nil "
                       "local s = '' for i = 1, 1e5 do s = {i} end return 'ok'"),
              "ok");
    EXPECT_EQ(bed.eval("return pcall(setmetatable, setmetatable({}, {__metatable = 1}), {})"),
              "false\tcannot change a protected metatable");
}

TEST(Sandbox, only_counts_garbage) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return type(collectgarbage('count'))"), "number");
    EXPECT_EQ(bed.eval("return pcall(collectgarbage, 'stop')"),
              "false\tcollectgarbage(\"stop\") is not there: only \"count\" is");
}

TEST(Sandbox, keeps_globals_whole_for_scripts_that_guard_them) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("setmetatable(_G, {__index = function(_, k) error('no ' .. k, 0) end}) "
                       "local ok, e = pcall(function() return missing end) "
                       "return ok, e, type(utf8), math.max(1, 2), type(json.encode)"),
              "false\tno missing\ttable\t2\tfunction");
    EXPECT_EQ(bed.eval("return getmetatable(_G)"), "nil");
}

TEST(Sandbox, shares_nothing_between_runs) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("string.upper = nil leaked = 1 json.encode = nil return 1"), "1");
    EXPECT_EQ(bed.eval("return string.upper('x'), leaked, type(json.encode)"), "X\tnil\tfunction");
}

TEST(Sandbox, requires_its_modules_and_names_near_ones) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return require('json') == require('json'), require('slog') ~= nil, "
                       "require('string') == string"),
              "true\ttrue\ttrue");
    EXPECT_EQ(bed.eval("return pcall(require, 'jsn')"),
              "false\tmodule 'jsn' not found: did you mean 'json'?");
    EXPECT_EQ(
        bed.eval("return pcall(require, 'socket.core')"),
        "false\tmodule 'socket.core' not found; there are crypto, env, event, exec, file, "
        "file_ops, fs, http, json, log, regex, secret, slog, state, template, time, watcher, yaml");
}

TEST(Sandbox, gives_every_attempt_of_a_delivery_the_same_chance) {
    ScriptBed bed;
    const std::string first = bed.eval("return math.random(1 << 40), math.random()");
    EXPECT_EQ(bed.eval("return math.random(1 << 40), math.random()"), first);
    bed.seed = 2;
    EXPECT_NE(bed.eval("return math.random(1 << 40), math.random()"), first);
    EXPECT_EQ(bed.eval("math.randomseed(5) local a = math.random(99) math.randomseed(5) "
                       "return a == math.random(99)"),
              "true");
}

TEST(Sandbox, tells_time) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return os.getenv == nil, os.date('!%Y-%m-%d', 0), type(os.time()), "
                       "os.difftime(5, 3), type(os.clock())"),
              "false\t1970-01-01\tnumber\t2\tnumber");
}

TEST(Sandbox, keeps_the_arithmetic_of_strings) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return '10' + 1, ('%d %s'):format(3.0, 'x'), #'abc', ('x'):byte()"),
              "11\t3 x\t3\t120");
}

TEST(Sandbox, finds_elements_with_contains) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return contains({'a', 'b'}, 'b'), contains({}, 1), contains(nil, 1)"),
              "true\tfalse\tfalse");
}

// Each must end as a Lua error or a value, not as a crash.
TEST(Sandbox, withstands_hostile_arguments) {
    constexpr const char* kHostile[] = {
        "return #string.format('%99.99f', 1e308)",
        "return pcall(string.format, '%1000d', 1)",
        "return pcall(table.concat, setmetatable({}, {__len = function() return 1 << 20 end}))",
        "return pcall(table.unpack, {}, 1, 1e7)",
        "return pcall(select, -1)",
        "return pcall(string.rep, 'x', -1)",
        "return pcall(('x').gsub, 'x', '(', print)",
        "return pcall(string.gsub, 'x', '%', {})",
        "return pcall(string.gsub, ('a'):rep(100), ('(a)'):rep(40), print)",
        "return pcall(json.decode, ('['):rep(100000))",
        "local t = {} t[1] = t return pcall(json.encode, t)",
        "return pcall(utf8.char, -1)",
        "return pcall(load, ('('):rep(1000))",
        "return pcall(string.pack, 'i17', 1)",
        "local e = setmetatable({}, {__tostring = function() error('x') end}) return pcall(print, "
        "e)",
        "return pcall(os.date, '%Ez')",
        "return pcall(coroutine.wrap, 1)",
        "return pcall(coroutine.close, coroutine.running())",
        "return pcall(setmetatable, {}, {__index = setmetatable})",
        "return pcall(rawset, _G, 'x', 1)",
    };
    for (const char* body : kHostile) {
        ScriptBed bed;
        bed.timeout = 1h;
        EXPECT_EQ(bed.call(body).status == RunStatus::timeout, false) << body;
    }
    ScriptBed bed;
    const Outcome raised =
        bed.call("error(setmetatable({}, {__tostring = function() error('again') end}))");
    EXPECT_EQ(raised.status, RunStatus::failed);
    EXPECT_FALSE(raised.error.empty());
}

TEST(Sandbox, strings_have_their_methods_before_and_after_their_library_is_named) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return ('a'):upper(), string.upper('b'), ('c'):upper()"), "A\tB\tC");
    EXPECT_EQ(bed.eval("local m = ('a').upper return m == string.upper, ('a').no"), "true\tnil");
    EXPECT_EQ(bed.eval("function string.twice(s) return s .. s end return ('ab'):twice()"), "abab");
    EXPECT_EQ(bed.eval("string = nil return ('a'):upper(), string.upper('b')"), "A\tB");
    EXPECT_EQ(bed.eval("('a'):len() string = 1 return ('a'):upper(), string"), "A\t1");
    EXPECT_EQ(bed.eval("return '10' + 1, '2' * '3', -'4', getmetatable('')"), "11\t6\t-4\tfalse");
    EXPECT_EQ(bed.eval("local s = string return '10' - 1, getmetatable('')"), "9\tfalse");
}

// It is in the event's metatable, so a script can call it with what is no table.
TEST(Sandbox, survives_the_late_field_of_the_event_called_by_hand) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("local f = getmetatable(event).__index; "
                       "return f(16, 'register'), f(nil, 'register'), pcall(f)"),
              "nil\tnil\ttrue");
}

}  // namespace
}  // namespace sloth::lua
