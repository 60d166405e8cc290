#include "lua/modules.h"

#include <gtest/gtest.h>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

using testing::Test;

// What one call asks the broker for.
std::string asked(const std::string& body) {
    ScriptBed bed;
    const Outcome got = bed.call(body);
    return got.effects.empty() ? "error: " + got.error.substr(0, got.error.find('\n'))
                               : got.effects.front();
}

TEST(State, asks_with_canonical_arguments) {
    EXPECT_EQ(asked("state.get('k')"), R"(state.get ["k"])");
    EXPECT_EQ(asked("state.set('k', {b = 1, a = {1, 'x'}, c = {}})"),
              R"(state.set ["k",{"a":[1,"x"],"b":1,"c":{}}])");
    EXPECT_EQ(asked("state.set('k', nil)"), R"(state.delete ["k"])");
    EXPECT_EQ(asked("state.set('k', 1.5)"), R"(state.set ["k",1.5])");
    EXPECT_EQ(asked("state.delete('k')"), R"(state.delete ["k"])");
    EXPECT_EQ(asked("state.exists('k')"), R"(state.exists ["k"])");
    EXPECT_EQ(asked("state.keys()"), R"(state.keys [""])");
    EXPECT_EQ(asked("state.keys('p/')"), R"(state.keys ["p/"])");
    EXPECT_EQ(asked("state.increment('k')"), R"(state.increment ["k",1])");
    EXPECT_EQ(asked("state.increment('k', -2)"), R"(state.increment ["k",-2])");
    EXPECT_EQ(asked("state.set('k', print)"),
              "error: notify.lua:1: state.set: cannot encode a function");
    EXPECT_EQ(
        asked("state.get()"),
        "error: notify.lua:1: bad argument #1 to 'state.get' (string expected, got no value)");
}

TEST(State, answers_keep_their_types) {
    ScriptBed bed;
    bed.broker = [](const EffectRequest&) { return "[null]"; };
    EXPECT_EQ(bed.eval("return state.get('k') or 0, 300 - (state.get('k') or 1)"), "0\t299");
    bed.broker = [](const EffectRequest&) { return "[1700000000]"; };
    EXPECT_EQ(bed.eval("return 1700000300 - state.get('k'), math.type(state.get('k'))"),
              "300\tinteger");
    bed.broker = [](const EffectRequest&) { return R"([{"a": [1, null, 3], "b": {}}])"; };
    EXPECT_EQ(bed.eval("return json.encode(state.get('k'))"), R"({"a":[1,null,3],"b":{}})");
}

TEST(Event, asks_for_new_events) {
    EXPECT_EQ(asked("event.dispatch('a.b', {z = 1, y = 2})"),
              R"(event.dispatch ["a.b",{"y":2,"z":1},{}])");
    EXPECT_EQ(asked("require('event').dispatch('a.b')"), R"(event.dispatch ["a.b",{},{}])");
    EXPECT_EQ(asked("event.dispatch('a.b', {}, {key = 'k', other = 1})"),
              R"(event.dispatch ["a.b",{},{"key":"k"}])");
    EXPECT_EQ(
        asked("event.dispatch_custom('n', 'm')"),
        R"(event.dispatch_custom ["custom",{"message":"m","name":"n","timestamp":1763900000},{}])");
    EXPECT_EQ(
        asked("event.dispatch_file('created', '/a', 'w')"),
        R"(event.dispatch_file ["file.created",{"path":"/a","timestamp":1763900000,"watcher":"w"},{}])");
    EXPECT_EQ(asked("event.flush()"), "event.flush []");
    EXPECT_EQ(asked("event.dispatch('a.b', 'text')"),
              "error: notify.lua:1: bad argument #2 to 'dispatch' (table expected, got string)");
    ScriptBed bed;
    bed.broker = [](const EffectRequest&) { return R"([false, "no such type"])"; };
    EXPECT_EQ(bed.eval("return event.dispatch('a b')"), "false\tno such type");
}

TEST(Exec, checks_its_options) {
    EXPECT_EQ(asked("exec.run('make test')"), R"(exec.run ["make test",{}])");
    EXPECT_EQ(
        asked("exec.run('x', {workdir = '/a', env = {B = 1, A = 'x'}, timeout = '1m30s', "
              "stdin = 'in', other = 1})"),
        R"(exec.run ["x",{"env":{"A":"x","B":"1"},"stdin":"in","timeout":90,"workdir":"/a"}])");
    EXPECT_EQ(asked("exec.run('x', {timeout = 2.5})"), R"(exec.run ["x",{"timeout":2.5}])");
    EXPECT_EQ(asked("exec.run('x', {timeout = {}})"),
              "error: notify.lua:1: exec.run: the option `timeout` is neither seconds nor a "
              "duration");
    EXPECT_EQ(asked("exec.run('x', {env = 'A=1'})"),
              "error: notify.lua:1: exec.run: the option `env` is a string, not a table");
    ScriptBed bed;
    bed.broker = [](const EffectRequest&) {
        return R"([{"stdout": "out", "stderr": "", "exit_code": 0, "success": true}])";
    };
    EXPECT_EQ(bed.eval("local r = exec.run('x') return r.stdout, r.exit_code, r.success"),
              "out\t0\ttrue");
}

TEST(Time, sleeps_for_seconds_or_a_duration) {
    EXPECT_EQ(asked("time.sleep(1)"), "time.sleep [1]");
    EXPECT_EQ(asked("time.sleep('250ms')"), "time.sleep [0.25]");
    EXPECT_EQ(asked("time.sleep(-1)"),
              "error: notify.lua:1: bad argument #1 to 'time.sleep' (seconds must be 0 or more)");
}

TEST(Json, writes_values_as_text) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return json.encode({b = true, a = {1, 2}, c = {}, d = json.array({}), "
                       "e = 'x\"\\n\\1', f = 3, g = 0.5})"),
              R"({"a":[1,2],"b":true,"c":{},"d":[],"e":"x\"\n\u0001","f":3,"g":0.5})");
    EXPECT_EQ(bed.eval("return json.encode({1, nil, 3}), json.encode({[1] = 'a', x = 'b'}), "
                       "json.encode({[50] = 1})"),
              "[1,null,3]\t{\"1\":\"a\",\"x\":\"b\"}\t{\"50\":1}");
    EXPECT_EQ(bed.eval("return json.encode('\\xff\\xc3\\xa9')"), "\"\xEF\xBF\xBD\xC3\xA9\"");
    EXPECT_EQ(bed.eval("return json.encode(1e15), json.encode(2^53), json.encode(1e300), "
                       "json.encode(math.mininteger)"),
              "1000000000000000\t9007199254740992\t1e+300\t-9223372036854775808");
    EXPECT_EQ(bed.eval("return pcall(json.encode, 0/0)"),
              "false\tjson.encode: cannot encode nan or infinity");
    EXPECT_EQ(bed.eval("return pcall(json.encode, {[{}] = 1})"),
              "false\tjson.encode: cannot encode a table with a table as key");
    EXPECT_EQ(bed.eval("local t = {} t.t = t local ok, e = pcall(json.encode, t) return e"),
              "json.encode: nested deeper than 64 levels, or a table that contains itself");
    EXPECT_EQ(bed.eval("return json.pretty({a = {1}, b = {}})"),
              "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}");
}

TEST(Json, reads_text_as_values) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("local t = json.decode('{\"a\": [1, 2.0, 2.5], \"b\": null}') "
                       "return #t.a, t.a[2], math.type(t.a[2]), t.a[3], t.b"),
              "3\t2\tinteger\t2.5\tnil");
    EXPECT_EQ(bed.eval("return json.encode(json.decode('[]')), json.encode(json.decode('{}'))"),
              "[]\t{}");
    EXPECT_EQ(bed.eval("return json.decode('18446744073709551615')"), "1.844674407371e+19");
    EXPECT_EQ(bed.eval("local v, e = json.decode('{\"a\" 1}') return v, type(e)"), "nil\tstring");
    EXPECT_EQ(bed.eval("local v, e = json.decode(('['):rep(65) .. (']'):rep(65)) return v, e"),
              "nil\tnested deeper than 64 levels");
    EXPECT_EQ(bed.eval("return select('#', json.decode('null'))"), "1");
    EXPECT_EQ(bed.eval("return (json.decode('1 2'))"), "nil");
}

TEST(Log, writes_levels_and_fields) {
    ScriptBed bed;
    EXPECT_EQ(bed.call("log.debug('a') log.warn('b', {t = {1}}) slog.error(5) log.print('raw') "
                       "log.info('x', 'ignored') print('p', nil, 2.0, {} ~= nil)")
                  .output,
              "[DEBUG] a\n[WARN] b t=[1]\n[ERROR] 5\nraw\n[INFO] x\np\tnil\t2\ttrue");
}

}  // namespace
}  // namespace sloth::lua
