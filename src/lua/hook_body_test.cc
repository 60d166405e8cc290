#include "lua/hook_body.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

TEST(HookBody, a_first_line_for_a_shell_is_left_out) {
    ScriptBed bed;
    const Outcome outcome = bed.run("#!/usr/bin/lua\nfunction on_event()\nerror('x') end");
    EXPECT_EQ(outcome.error.substr(0, 16), "notify.lua:3: x\n");
}

TEST(HookForms, a_global_function_gets_the_event_as_global_and_argument) {
    ScriptBed bed;
    const Outcome got =
        bed.run("function on_event(e)\n  print(event == e, event.type)\n  return true\nend");
    EXPECT_EQ(got.status, RunStatus::success);
    EXPECT_EQ(got.output, "true\ttask.failed");
}

TEST(HookForms, a_returned_table_with_execute_is_called) {
    ScriptBed bed;
    EXPECT_EQ(bed.run("return {name = 'x', execute = function(e) return true, e.id end}").output,
              "event-1");
    EXPECT_EQ(bed.run("local hook = {event_type = 'a.b'}\nfunction hook.execute(event)\n"
                      "return true, 'C ' .. event.type end\nreturn hook")
                  .output,
              "C task.failed");
}

TEST(HookForms, the_table_goes_before_the_global_function) {
    ScriptBed bed;
    EXPECT_EQ(bed.run("function on_event() return true, 'A' end "
                      "return {execute = function() return true, 'C' end}")
                  .output,
              "C");
    EXPECT_EQ(bed.run("function on_event() return true, 'A' end return {name = 'x'}").output, "A");
}

TEST(HookForms, a_script_with_nothing_to_call_fails) {
    ScriptBed bed;
    constexpr const char* kWhy =
        "notify.lua: nothing to call: return a table with a function `execute`, or define a global "
        "function `on_event`";
    EXPECT_EQ(bed.run("local x = 1").error, kWhy);
    EXPECT_EQ(bed.load("return {name = 'x'}").error, kWhy);
    EXPECT_EQ(bed.load("return 5").status, RunStatus::failed);
}

struct ResultCase {
    const char* body;
    RunStatus status;
    const char* output;
    const char* error;
};

TEST(HookResults, follow_what_was_returned) {
    constexpr ResultCase kCases[] = {
        {"return true", RunStatus::success, "", ""},
        {"", RunStatus::success, "", ""},
        {"return nil", RunStatus::success, "", ""},
        {"return 5, 'five'", RunStatus::success, "five", ""},
        {"print('a') log.info('b', {k = 'v', n = 1, q = 'two words'}) return true, 'c'",
         RunStatus::success, "a\n[INFO] b k=v n=1 q=\"two words\"\nc", ""},
        {"return false", RunStatus::failed, "", "the hook returned false (notify.lua:1)"},
        {"return false, 'why'", RunStatus::failed, "", "why (notify.lua:1)"},
        {"log.error('disk', {free = 0}) log.error('gone') return false", RunStatus::failed,
         "[ERROR] disk free=0\n[ERROR] gone", "disk free=0\ngone (notify.lua:1)"},
        {"return false, {}", RunStatus::failed, "", "error object is a table value (notify.lua:1)"},
    };
    for (const ResultCase& c : kCases) {
        ScriptBed bed;
        const Outcome got = bed.call(c.body);
        EXPECT_EQ(got.status, c.status) << c.body;
        EXPECT_EQ(got.output, c.output) << c.body;
        EXPECT_EQ(got.error, c.error) << c.body;
    }
}

TEST(HookResults, errors_carry_their_place_and_the_way_there) {
    ScriptBed bed;
    const Outcome got = bed.run(
        "local function deeper()\n  error('boom')\nend\nlocal hook = {}\n"
        "function hook.execute()\n  deeper()\nend\nreturn hook");
    EXPECT_EQ(got.status, RunStatus::failed);
    EXPECT_EQ(got.error,
              "notify.lua:2: boom\nstack traceback:\n\tnotify.lua:2: in function 'deeper'\n"
              "\tnotify.lua:6: in the function at line 5");
}

TEST(HookResults, errors_that_are_no_strings_get_a_sentence) {
    ScriptBed bed;
    const auto first_line = [&](const char* body) {
        const std::string error = bed.call(body).error;
        return error.substr(0, error.find('\n'));
    };
    EXPECT_EQ(first_line("error({})"), "error object is a table value");
    EXPECT_EQ(first_line("error()"), "error object is a nil value");
    EXPECT_EQ(first_line("error(setmetatable({}, {__tostring = function() return 'me' end}))"),
              "me");
    EXPECT_EQ(first_line("local t = nil; return t.x"),
              "notify.lua:1: attempt to index a nil value (local 't')");
    EXPECT_EQ(bed.call("pcall(error, 'caught') return true").error, "");
    EXPECT_EQ(bed.call("pcall(error, 'caught') return false").error,
              "the hook returned false (notify.lua:1)");
}

TEST(HookResults, errors_between_the_calls_are_told_too) {
    ScriptBed bed;
    const Outcome got =
        bed.run("return setmetatable({}, {__index = function(_, k) error('no ' .. k, 0) end})");
    EXPECT_EQ(got.status, RunStatus::failed);
    EXPECT_EQ(got.error, "no execute");
}

TEST(HookResults, output_before_an_error_is_kept) {
    ScriptBed bed;
    EXPECT_EQ(bed.call("print('before') error('x')").output, "before");
}

TEST(HookResults, a_script_that_does_not_compile_says_where) {
    ScriptBed bed;
    EXPECT_EQ(bed.run("function on_event(\n").error,
              "notify.lua:2: <name> or '...' expected near <eof>");
    EXPECT_EQ(bed.load("return {\n  x = = 1\n}").error, "notify.lua:2: unexpected symbol near '='");
}

TEST(Loading, tells_the_scalar_fields_and_the_form) {
    ScriptBed bed;
    const Outcome got = bed.load(
        "return {name = 'n', description = 'd', event_types = {'a.b', 'c.*'}, stack = 's', "
        "enabled = false, timeout = '5s', memory = 1024, retries = 2, conditions = {1}, "
        "execute = function() end}");
    ASSERT_EQ(got.status, RunStatus::success) << got.error;
    EXPECT_EQ(got.metadata,
              R"({"description":"d","enabled":false,"event_types":["a.b","c.*"],"form":"table",)"
              R"("memory":1024,"name":"n","retries":2,"stack":"s","timeout":"5s"})");
    EXPECT_EQ(bed.load("function on_event() end").metadata, R"({"form":"on_event"})");
}

TEST(Loading, refuses_effects_and_ends_loops) {
    ScriptBed bed;
    const std::string refused = bed.load("state.get('x') function on_event() end").error;
    EXPECT_EQ(refused.substr(0, refused.find('\n')),
              "notify.lua:1: `state.get` cannot be called while the hook is being loaded: call it "
              "in the function that handles the event");
    EXPECT_EQ(bed.load("event.dispatch('a.b') return {}").status, RunStatus::failed);
    bed.clock.tick = 1ms;
    EXPECT_EQ(bed.load("while true do end").error, "timed out after 2s (notify.lua:1)");
}

TEST(EventTable, has_the_fields_of_the_compatibility_page) {
    ScriptBed bed;
    bed.stack = "production";
    bed.data = R"({"task": {"task_name": "t", "exit_code": 0}, "ratio": 2.0, "none": null,)"
               R"( "list": [1, 2.5]})";
    EXPECT_EQ(bed.eval("local e = event return e.id, e.ID, e.type, e.event_type, e.timestamp, "
                       "e.created_at, e.stack, e.agent, e.agent_name, e.delivery_id, e.attempt, "
                       "e.run_id, e.source"),
              "event-1\tevent-1\ttask.failed\ttask.failed\t1700000000\t1700000001\tproduction\t"
              "web-01\tweb-01\tdelivery-1\t2\tnil\tnil");
    EXPECT_EQ(bed.eval("return ('%d %d'):format(event.task.exit_code, event.data.ratio), "
                       "event.data.ratio, event.data.none, event.data.list[2], #event.data.list"),
              "0 2\t2\tnil\t2.5\t2");
    EXPECT_EQ(bed.eval("return event.task == event.data.task, type(event.dispatch), "
                       "type(event.dispatch_custom), type(event.dispatch_file)"),
              "true\tfunction\tfunction\tfunction");
}

TEST(EventTable, the_agent_is_a_table_if_the_data_has_one) {
    ScriptBed bed;
    bed.agent = "";
    bed.data = R"({"agent": {"name": "web-02", "address": "10.0.0.2"}})";
    EXPECT_EQ(bed.eval("return event.agent.address, event.agent_name"), "10.0.0.2\tweb-02");
    bed.data = R"({"agent": "web-03"})";
    EXPECT_EQ(bed.eval("return event.agent, event.agent_name"), "web-03\tweb-03");
    bed.data = "{}";
    EXPECT_EQ(bed.eval("return event.agent, event.agent_name or 'unknown'"), "nil\tunknown");
}

}  // namespace
}  // namespace sloth::lua
