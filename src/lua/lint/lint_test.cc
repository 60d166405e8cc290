#include "lua/lint/lint.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

// "3: message" for each finding; an error has a "!" before it.
std::vector<std::string> found(std::string_view source) {
    ScriptBed bed;
    const Outcome outcome = bed.lint(source);
    EXPECT_EQ(outcome.status, RunStatus::success) << outcome.error;
    const auto json = parse_json(outcome.metadata);
    std::vector<std::string> out;
    for (const auto& finding : (*json)["findings"]) {
        out.push_back((finding["severity"] == "error" ? "!" : "") +
                      std::to_string(finding["line"].get<int>()) + ": " +
                      finding["message"].get<std::string>());
    }
    return out;
}

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Lint, has_nothing_to_say_of_a_good_script) {
    EXPECT_THAT(found(R"lua(#!/usr/bin/env sloth
local json, log = require("json"), log
local M = {deep = {name = {}}, name = "x", event_type = "a.b", [1] = true, f = function(self, ...) return self, ... end}
helper = 5
local function fib(n) if n < 2 then return n else return fib(n - 1) + fib(n - 2) end end
function M.deep.name:method(a, b) self.x = a .. b end
function M.execute(event)
    for i = 1, 10 do goto continue; print(i) ::continue:: end
    for k, v in pairs(event.data) do local x <const> = k; log.info(x, {v = v}) end
    repeat local done = true until done
    while helper > 5 do helper = helper - 1 break end
    local t = {1, 2; 3, ["k"] = #"abc", f = -2 ^ 2 // 3 >> 1 & ~5}
    t.a, t.b = 1, unpack(t)
    exec.run("uptime"); exec.run{"ls", "-l", event.data.path}
    local s = [==[ long ]] text ]==] -- comment
    --[[ a longer
    comment undefined_name ]]
    return true, string.format("%s", s):upper() .. json.encode{fib(3)} .. 0x1p-4 .. event_name(t)
end
function event_name(x) return tostring(x) end
return M
)lua"),
                IsEmpty());
}

TEST(Lint, knows_the_tables_of_functions_within_modules) {
    EXPECT_THAT(found("local w = require('watcher')\nlocal put = event.register\n"
                      "function on_event(e)\n  w.register.fiel{path = e.data.path}\n"
                      "  watcher.register.cpu{}\n put.prot{port = 1}\n watcher.delete('a')\nend\n"
                      "require('watcher.register')"),
                ElementsAre("4: watcher.register has no 'fiel': did you mean 'file'?",
                            "6: event.register has no 'prot': did you mean 'port'?",
                            HasSubstr("7: watcher has no 'delete'"),
                            HasSubstr("!9: there is no module 'watcher.register'"),
                            HasSubstr("!9: module 'watcher.register' not found")));
}

TEST(Lint, names_globals_that_nobody_has) {
    EXPECT_THAT(
        found("function on_event(event)\n  pritn(event.id)\n  lgo.info('x')\n pritn()\nend"),
        ElementsAre("2: unknown global 'pritn': did you mean 'print'?",
                    "3: unknown global 'lgo': did you mean 'log'?"));
    EXPECT_THAT(found("function on_event() return io.open('x'), os.execute('y') end"),
                ElementsAre("1: unknown global 'io'", HasSubstr("os has no 'execute'")));
    EXPECT_THAT(found("local x = x or 1 function on_event() return x end"),
                ElementsAre("1: unknown global 'x'"));
}

TEST(Lint, names_modules_and_fields_that_are_not_there) {
    EXPECT_THAT(found("local j = require('jsno')\nfunction on_event() return j end"),
                ElementsAre("!1: there is no module 'jsno': did you mean 'json'?",
                            HasSubstr("module 'jsno' not found")));
    EXPECT_THAT(found("local j = require 'json'\nfunction on_event()\n return j.encoed({}), "
                      "json.pretty({}), state.gte('x'), string.fromat('x') end"),
                ElementsAre("3: json has no 'encoed': did you mean 'encode'?",
                            "3: state has no 'gte': did you mean 'get'?",
                            "3: string has no 'fromat': did you mean 'format'?"));
    // A local of the same name is none of ours.
    EXPECT_THAT(found("function on_event() local json = {x = 1} return json.y end"), IsEmpty());
}

TEST(Lint, warns_of_commands_that_an_event_could_steer) {
    const auto hint = HasSubstr("a command put together from pieces");
    EXPECT_THAT(found("function on_event(e) exec.run('rm ' .. e.data.path) end"),
                ElementsAre(hint));
    EXPECT_THAT(
        found("local run = 1 function on_event(e) require('exec').run(string.format('ls %s', "
              "e.id)) end"),
        ElementsAre(hint));
    EXPECT_THAT(found("function on_event(e) exec.run(('ls %s'):format(e.id)) end"),
                ElementsAre(hint));
    EXPECT_THAT(found("function on_event(e) exec.run({'ls', 'a' .. e.id}) end"), IsEmpty());
}

TEST(Lint, finds_what_does_not_load) {
    EXPECT_THAT(found("function on_event(\n"), ElementsAre(HasSubstr("!2: <name> or")));
    EXPECT_THAT(found("error('at load')"), ElementsAre("!1: at load"));
    EXPECT_THAT(found("return {}"), ElementsAre(HasSubstr("nothing to call")));
}

}  // namespace
}  // namespace sloth::lua
