#include "lua/limits.h"

#include <gtest/gtest.h>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

TEST(Limits, end_every_loop_at_the_deadline_whatever_it_catches) {
    constexpr const char* kLoops[] = {
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "while true do xpcall(function() while true do end end, function() return 1 end) end",
        "while true do pcall(error, 'x') end",
        "while true do coroutine.wrap(function() while true do end end)() end",
        "local function f() return pcall(f) end while true do f() end",
        "while true do pcall(coroutine.wrap(function() pcall(function() while true do end end) "
        "end)) end",
        "while true do local co = coroutine.create(function() while true do coroutine.yield() end "
        "end) for i = 1, 9 do coroutine.resume(co) end coroutine.close(co) end",
        "while true do pcall(table.sort, {3, 2, 1}, function() while true do pcall(function() "
        "while true do end end) end end) end",
        "while true do pcall(table.sort, {3, 2, 1}, function() coroutine.wrap(function() "
        "while true do end end)() end) end",
        "while true do pcall(tostring, setmetatable({}, {__tostring = function() "
        "while true do end end})) end",
        "while true do xpcall(error, function() while true do end end) end",
        "while true do pcall(function() local x <close> = setmetatable({}, {__close = function() "
        "while true do end end}) error('x') end) end",
        "while true do local co = coroutine.create(function() local x <close> = setmetatable({}, "
        "{__close = function() while true do end end}) coroutine.yield() end) coroutine.resume(co) "
        "pcall(coroutine.close, co) end",
        "xpcall(table.sort, function() while true do end end, {3, 2, 1}, function() "
        "while true do end end)",
        "xpcall(function() table.sort({3, 2, 1}, function() while true do end end) end, "
        "function() while true do end end)",
        "error(setmetatable({}, {__tostring = function() while true do end end}))",
        "xpcall(error, coroutine.wrap(function() while true do end end))",
        "while true do pcall(string.gsub, 'x', 'x', function() while true do end end) end",
        "while true do pcall(load, function() while true do end end) end",
        "local t = setmetatable({}, {__index = function() while true do end end}) "
        "while true do pcall(function() return t.x end) end",
        "goto again ::again:: goto again",
    };
    for (const char* loop : kLoops) {
        ScriptBed bed;
        bed.clock.tick = 1ms;
        bed.timeout = 100ms;
        const Outcome got = bed.call(loop);
        EXPECT_EQ(got.status, RunStatus::timeout) << loop << ": " << got.error;
        EXPECT_EQ(got.error, "timed out after 100ms (notify.lua:1)") << loop;
    }
}

TEST(Limits, say_where_the_time_went) {
    ScriptBed bed;
    bed.timeout = 250ms;
    EXPECT_EQ(
        bed.run("function on_event()\n  local n = 0\n  while true do n = n + 1 end\nend").error,
        "timed out after 250ms (notify.lua:3)");
}

TEST(Limits, refuse_memory_over_the_runs_own_limit) {
    constexpr const char* kHungry[] = {
        "local t = {} for i = 1, 1e9 do t[i] = i end",
        "local s = 'x' while true do s = s .. s end",
        "return string.rep('x', 1 << 30)",
        "local t = {} while true do t = {t} end",
        "while true do pcall(string.rep, 'x', 1 << 30) end",
        "local t = {} while true do pcall(function() while true do t[#t + 1] = ('x'):rep(1000) .. "
        "#t "
        "end end) end",
        "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end",
        "local function f() return 1 + f() end local t = {} while true do "
        "t[#t + 1] = coroutine.wrap(f) pcall(t[#t]) end",
    };
    for (const char* body : kHungry) {
        ScriptBed bed;
        bed.memory_limit = 4 << 20;
        bed.timeout = 10s;
        const Outcome got = bed.call(body);
        EXPECT_EQ(got.status, RunStatus::failed) << body;
        EXPECT_EQ(got.error.substr(0, 43), "out of memory: the hook used more than 4MiB") << body;
    }
}

TEST(Limits, interrupt_a_run_that_the_worker_has_no_memory_for) {
    ScriptBed bed;
    WorkerMemory small(1 << 20);
    Library library;
    VirtualMachine vm{
        .clock = bed.clock, .random = bed.random, .memory = small, .library = library};
    auto run = Run::of_event(
        vm, ScriptBed::source_of("function on_event() pcall(string.rep, 'x', 1 << 21) end"),
        bed.frame());
    while (run->resume() != Run::State::finished) {
    }
    EXPECT_EQ(run->take_result().status, RunStatus::interrupted);
    run.reset();
    EXPECT_EQ(small.used(), 0);
}

TEST(Limits, give_all_memory_back) {
    ScriptBed bed;
    bed.call("local t = {} for i = 1, 1000 do t[i] = ('x'):rep(i * 10) end state.get('x')");
    EXPECT_EQ(bed.memory.used(), 0);
}

TEST(Limits, collect_garbage_of_runs_that_make_much) {
    ScriptBed bed;
    bed.memory_limit = 2 << 20;
    bed.timeout = 1h;
    EXPECT_EQ(bed.eval("for i = 1, 100000 do local t = {i} end return 'ok'"), "ok");
}

TEST(Limits, cut_output_with_a_mark) {
    ScriptBed bed;
    bed.output_limit = 1024;
    const Outcome got = bed.call("for i = 1, 1000 do print('line ' .. i) end");
    EXPECT_EQ(got.status, RunStatus::success);
    EXPECT_LT(got.output.size(), 1100u);
    EXPECT_TRUE(got.output.ends_with("\n... output cut at 1KiB")) << got.output;
}

TEST(Limits, refuse_deep_recursion_as_an_error) {
    ScriptBed bed;
    const Outcome got =
        bed.call("local function f(a, b, c) return a + f(a, b, c) + b end f(1, 2, 3)");
    EXPECT_EQ(got.status, RunStatus::failed);
    EXPECT_NE(got.error.find("stack overflow"), std::string::npos) << got.error;
}

}  // namespace
}  // namespace sloth::lua
