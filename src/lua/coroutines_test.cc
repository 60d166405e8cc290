#include "lua/coroutines.h"

#include <gtest/gtest.h>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

// `state.get(x)` gives x back (the bed's broker echoes). Each is tried with no preemption, and with
// one at every 1st, 2nd, 3rd and 7th instruction.
struct Case {
    const char* name;
    const char* body;
    const char* expected;
};

constexpr const char* kCannotWait =
    "`state.get` cannot wait inside a callback of a C function (table.sort, __tostring, ...): call "
    "it before and pass the result in";

constexpr Case kCases[] = {
    {"plain", "return state.get('a'), state.get('b')", "a\tb"},
    {"pcall", "return pcall(function() local x = state.get('a'); error('e:' .. x, 0) end)",
     "false\te:a"},
    {"xpcall", "return xpcall(function(...) return state.get('a'), ... end, print, 1, 2)",
     "true\ta\t1\t2"},
    {"xpcall_handler",
     "return xpcall(function() error('x', 0) end, function(m) return 'got ' .. m end)",
     "false\tgot x"},
    {"nested_coroutine",
     "local co = coroutine.create(function(a) local x = state.get('i'); "
     "local y = coroutine.yield(x .. a); return state.get('j') .. y end) "
     "local _, v = coroutine.resume(co, 'A') local s = coroutine.status(co) "
     "local _, w = coroutine.resume(co, 'B') "
     "return v, s, w, coroutine.status(co), coroutine.resume(co)",
     "iA\tsuspended\tjB\tdead\tfalse\tcannot resume dead coroutine"},
    {"wrap_in_for",
     "local s = '' for v in coroutine.wrap(function() for i = 1, 3 do "
     "coroutine.yield(state.get(tostring(i))) end end) do s = s .. v end return s",
     "123"},
    {"wraps_50_deep",
     "local function d(n) if n == 0 then return state.get('deep') end "
     "return coroutine.wrap(d)(n - 1) end return d(50)",
     "deep"},
    {"error_through_wraps",
     "local function d(n) if n == 0 then error({code = state.get('c')}) end "
     "return coroutine.wrap(d)(n - 1) end local ok, e = pcall(d, 20) return ok, e.code",
     "false\tc"},
    {"error_through_a_wrap_has_its_places",
     "return pcall(coroutine.wrap(function() error('boom') end))", "false\tnotify.lua:1: boom"},
    {"top_level_yield", "return pcall(coroutine.yield, 1)",
     "false\tattempt to yield from outside a coroutine"},
    {"yield_many_values",
     "local co = coroutine.wrap(function(...) local n = select('#', ...) "
     "while true do n = n + select('#', coroutine.yield(n)) end end) "
     "return co(1, nil, nil), co(), co(nil, nil)",
     "3\t3\t5"},
    {"yield_across_pcall",
     "local co = coroutine.wrap(function() return pcall(function() "
     "local x = coroutine.yield(1); error('E' .. x, 0) end) end) co() return co('x')",
     "false\tEx"},
    {"running_and_isyieldable",
     "local _, main = coroutine.running() local co = coroutine.wrap(function() "
     "local _, m = coroutine.running() return m, coroutine.isyieldable() end) "
     "return main, coroutine.isyieldable(), co()",
     "true\tfalse\tfalse\ttrue"},
    {"status_normal_and_self_resume",
     "local co co = coroutine.create(function() return coroutine.resume(co) end) "
     "local outer outer = coroutine.create(function() return coroutine.wrap(function() "
     "return coroutine.status(outer) end)() end) "
     "local a, b, c = coroutine.resume(co) return b, c, select(2, coroutine.resume(outer))",
     "false\tcannot resume non-suspended coroutine\tnormal"},
    {"metamethods",
     "local mt = {__add = function() return state.get('+') end, "
     "__lt = function() return state.get('<') end, __concat = function() return state.get('..') "
     "end,"
     "__call = function() return state.get('()') end, __eq = function() return state.get('=') end,"
     "__len = function() return state.get('#') end, __index = function(_, k) return state.get(k) "
     "end,"
     "__unm = function() return state.get('-') end} "
     "local a, b = setmetatable({}, mt), setmetatable({}, mt) "
     "return a + b, a < b, a .. b, a(), a == b, #a, a.field, -a",
     "+\ttrue\t..\t()\ttrue\t#\tfield\t-"},
    {"pairs_metamethod",
     "for k, v in pairs(setmetatable({}, {__pairs = function() return function(_, k) "
     "if not k then return 1, state.get('p') end end, nil, nil end})) do return v end",
     "p"},
    {"close_normal",
     "local r = '' do local x <close> = setmetatable({}, {__close = function() "
     "r = state.get('close') end}) end return r",
     "close"},
    {"close_on_error",
     "local r = '' local ok, e = pcall(function() local x <close> = setmetatable({}, "
     "{__close = function() r = state.get('close') end}) error('E', 0) end) return ok, e, r",
     "false\tE\tclose"},
    {"coroutine_close_runs_close",
     "local r = '' local co = coroutine.create(function() local x <close> = setmetatable({}, "
     "{__close = function() r = 'closed' end}) coroutine.yield() end) coroutine.resume(co) "
     "return coroutine.close(co), r, coroutine.status(co)",
     "true\tclosed\tdead"},
    {"close_of_a_failed_wrap",
     "local r = '' local ok, e = pcall(coroutine.wrap(function() local x <close> = "
     "setmetatable({}, "
     "{__close = function() r = 'closed' end}) error('E', 0) end)) return ok, e, r",
     "false\tE\tclosed"},
    {"gsub_callback", "return string.gsub('x y', '%a', function(c) return state.get(c .. c) end)",
     "xx yy\t2"},
    {"gsub_table_index",
     "return ('x y'):gsub('%a', setmetatable({x = 1}, {__index = function(_, k) "
     "return state.get(k .. '!') end}))",
     "1 y!\t2"},
    {"yield_across_gsub",
     "local co = coroutine.wrap(function() return string.gsub('abc', '%a', coroutine.yield) end) "
     "local s = co() s = s .. co('1') s = s .. co(false) return s, co('3')",
     "abc\t1b3\t3"},
    {"coroutine_inside_gsub",
     "return (string.gsub('ab', '%a', function(c) local co = coroutine.wrap(function() "
     "coroutine.yield(state.get(c)) end) return co() .. '.' end))",
     "a.b."},
    {"sort_refuses_effects",
     "local ok, e = pcall(table.sort, {3, 2, 1}, function(a, b) return state.get(a) < b end) "
     "return ok, (e:gsub('^.-1: ', ''))",
     nullptr},
    {"tostring_refuses_effects",
     "local ok, e = pcall(tostring, setmetatable({}, {__tostring = function() "
     "return state.get('t') end})) return ok, (e:gsub('^.-1: ', ''))",
     nullptr},
    {"effects_in_a_coroutine_below_sort_are_refused",
     "local why table.sort({2, 1}, function(a, b) local co = coroutine.wrap(function() "
     "local ok, e = pcall(state.get, 'x') coroutine.yield(e) end) why = co() return a < b end) "
     "return false, (why:gsub('^.-1: ', ''))",
     nullptr},
    {"coroutines_below_sort_work",
     "local t = {3, 1, 2} table.sort(t, function(a, b) local co = coroutine.wrap(function(x) "
     "local y = coroutine.yield(x) return coroutine.wrap(function() return x < y end)() end) "
     "co(a) return co(b) end) return table.concat(t, ',')",
     "1,2,3"},
    {"errors_below_sort_pass",
     "return pcall(table.sort, {2, 1}, function() coroutine.wrap(function() error('E', 0) end)() "
     "end)",
     "false\tnotify.lua:1: E"},
    {"work",
     "local n = 0 for i = 1, 300 do n = n + i % 7 * 2 end "
     "local t = {} for i = 1, 30 do t[#t + 1] = (i * 7919) % 31 end table.sort(t) "
     "return n, table.concat(t, ' ', 1, 5), ('x'):rep(3), #t",
     "1806\t1 2 3 4 5\txxx\t30"},
};

std::string expected(const Case& c) {
    return c.expected != nullptr ? c.expected : std::string("false\t") + kCannotWait;
}

TEST(Coroutines, wait_wherever_lua_can_yield) {
    for (const Case& c : kCases) {
        ScriptBed bed;
        EXPECT_EQ(bed.eval(c.body), expected(c)) << c.name;
    }
}

TEST(Coroutines, do_not_notice_when_they_are_interrupted) {
    for (const int every : {1, 2, 3, 7}) {
        for (const Case& c : kCases) {
            ScriptBed bed;
            bed.check_every = every;
            bed.slice = 0us;
            bed.timeout = 1h;
            EXPECT_EQ(bed.eval(c.body), expected(c)) << c.name << " every " << every;
        }
    }
}

TEST(Coroutines, give_way_at_the_end_of_a_slice) {
    ScriptBed bed;
    bed.timeout = 1h;
    const Outcome got = bed.call("for i = 1, 1000000 do end return true, 'done'");
    EXPECT_GT(got.slices, 5);
    EXPECT_EQ(got.output, "done");
}

TEST(Coroutines, pass_an_error_of_the_broker_to_the_script) {
    ScriptBed bed;
    bed.answer_kind = AnswerKind::raise;
    bed.broker = [](const EffectRequest&) { return "no such thing"; };
    EXPECT_EQ(bed.eval("return pcall(function() state.get('x') end)"),
              "false\tnotify.lua:1: no such thing");
}

TEST(Coroutines, survive_being_collected_while_others_run) {
    ScriptBed bed;
    bed.timeout = 1h;
    EXPECT_EQ(bed.eval("local n = 0 for i = 1, 20000 do "
                       "local co = coroutine.wrap(function() coroutine.yield(1) end) n = n + co() "
                       "end return n"),
              "20000");
}

}  // namespace
}  // namespace sloth::lua
