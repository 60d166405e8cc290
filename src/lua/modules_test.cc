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
              "error: notify.lua:1: bad argument #2 to 'state.set' (value for JSON expected: "
              "cannot encode a "
              "function)");
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
    EXPECT_EQ(asked("event.dispatch('a.b', {}, {key = 'k'})"),
              R"(event.dispatch ["a.b",{},{"key":"k"}])");
    EXPECT_EQ(asked("event.dispatch('a.b', {}, {kye = 'k'})"),
              "error: notify.lua:1: event.dispatch: there is no field `kye`: did you mean `key`?");
    EXPECT_EQ(
        asked("event.dispatch_custom('n', 'm')"),
        R"(event.dispatch_custom ["custom",{"message":"m","name":"n","timestamp":1763900000},{}])");
    EXPECT_EQ(
        asked("event.dispatch_file('created', '/a', 'w')"),
        R"(event.dispatch_file ["file.created",{"path":"/a","timestamp":1763900000,"watcher":"w"},{}])");
    EXPECT_EQ(asked("event.flush()"), "event.flush []");
    EXPECT_EQ(
        asked("event.dispatch('a.b', 'text')"),
        "error: notify.lua:1: bad argument #2 to 'event.dispatch' (table expected, got string)");
    ScriptBed bed;
    bed.broker = [](const EffectRequest&) { return R"([false, "no such type"])"; };
    EXPECT_EQ(bed.eval("return event.dispatch('a b')"), "false\tno such type");
}

TEST(Exec, checks_its_options) {
    EXPECT_EQ(asked("exec.run('make test')"), R"(exec.run ["make test",{}])");
    EXPECT_EQ(
        asked("exec.run('x', {workdir = '/a', env = {B = 1, A = 'x'}, timeout = '1m30s', "
              "stdin = 'in'})"),
        R"(exec.run ["x",{"env":{"A":"x","B":"1"},"stdin":"in","timeout":90,"workdir":"/a"}])");
    EXPECT_EQ(asked("exec.run('x', {timeout = 2.5})"), R"(exec.run ["x",{"timeout":2.5}])");
    EXPECT_EQ(
        asked("exec.run('x', {timeout = {}})"),
        "error: notify.lua:1: exec.run: the field `timeout` must be a number of seconds over 0 or "
        "a duration such as \"10s\" or \"1m30s\"");
    EXPECT_EQ(asked("exec.run('x', {env = 'A=1'})"),
              "error: notify.lua:1: exec.run: the field `env` must be a table, not a string");
    EXPECT_EQ(asked("exec.run({'ls', '-l', 3}, {user = 'nobody', detach = true})"),
              R"(exec.run [["ls","-l","3"],{"detach":true,"user":"nobody"}])");
    EXPECT_EQ(asked("exec.run({})"),
              "error: notify.lua:1: bad argument #1 to 'exec.run' (the list of the command's words "
              "is empty)");
    EXPECT_EQ(asked("exec.run({'ls', {}})"),
              "error: notify.lua:1: bad argument #1 to 'exec.run' (word 2 of the command must be a "
              "string, not a table)");
    EXPECT_EQ(asked("exec.run('x', {cwd = '/'})"),
              "error: notify.lua:1: exec.run: there is no field `cwd`: there are workdir, env, "
              "stdin, timeout, user, detach");
    EXPECT_EQ(asked("env.set('A', '1') env.set('B', 2) exec.run('x', {env = {B = 'own'}})"),
              R"(exec.run ["x",{"env":{"A":"1","B":"own"}}])");
    ScriptBed bed;
    bed.broker = [](const EffectRequest&) {
        return R"([{"stdout": "out", "stderr": "", "exit_code": 0, "success": true}])";
    };
    EXPECT_EQ(bed.eval("local r = exec.run('x') return r.stdout, r.exit_code, r.success"),
              "out\t0\ttrue");
    bed.broker = [](const EffectRequest&) { return R"([{"exit_code": 0, "left": 2}])"; };
    EXPECT_EQ(bed.eval("return exec.run('x').exit_code"),
              "[WARN] exec.run: the command left 2 of its processes running, and they were ended; "
              "the option detach = true lets them go on\n0");
}

TEST(Env, reads_the_runs_own_variables_first) {
    EXPECT_EQ(asked("env.get('A')"), R"(env.get ["A"])");
    EXPECT_EQ(asked("env.has('A')"), R"(env.has ["A"])");
    EXPECT_EQ(asked("os.getenv('A')"), R"(os.getenv ["A"])");
    EXPECT_EQ(asked("env.all()"), "env.all []");
    EXPECT_EQ(asked("env.get('A=B')"),
              "error: notify.lua:1: bad argument #1 to 'env.get' (the name of a variable expected, "
              "without '=' and zero bytes)");
    ScriptBed bed;
    bed.broker = [](const EffectRequest& request) {
        return request.kind == EffectKind::env_all ? R"([{"PATH": "/bin", "A": "theirs"}])"
                                                   : R"([null])";
    };
    EXPECT_EQ(bed.eval("return env.get('A'), env.get('A', 'd'), env.has('A'), os.getenv('A')"),
              "nil\td\tfalse\tnil");
    EXPECT_EQ(bed.eval("env.set('A', 'x') return env.get('A', 'd'), env.has('A'), os.getenv('A')"),
              "x\ttrue\tx");
    EXPECT_EQ(bed.eval("env.set('A', 'x') return env.all().A, env.list().PATH"), "x\t/bin");
    EXPECT_EQ(bed.eval("env.set('A', 'x') env.set('A', nil) return env.has('A')"), "false");
    EXPECT_EQ(bed.load("local home = os.getenv('HOME')\nfunction on_event() end").error, "");
}

TEST(Secret, is_asked_for_by_name) {
    EXPECT_EQ(asked("secret.get('token')"), R"(secret.get ["token",{}])");
    EXPECT_EQ(asked("secret.get('token', {stack = 'prod'})"),
              R"(secret.get ["token",{"stack":"prod"}])");
    EXPECT_EQ(asked("secret.get('token', {stak = 'prod'})"),
              "error: notify.lua:1: secret.get: there is no field `stak`: did you mean `stack`?");
    EXPECT_EQ(
        asked("secret.get()"),
        "error: notify.lua:1: bad argument #1 to 'secret.get' (string expected, got no value)");
}

TEST(State, keeps_values_for_a_while_and_compares) {
    EXPECT_EQ(asked("state.set('k', 1, 60)"), R"(state.set ["k",1,{"ttl":60}])");
    EXPECT_EQ(asked("state.set('k', 1, '5m')"), R"(state.set ["k",1,{"ttl":300}])");
    EXPECT_EQ(asked("state.set('k', 1, {ttl = 0.5})"), R"(state.set ["k",1,{"ttl":0.5}])");
    EXPECT_EQ(asked("state.set_with_ttl('k', 1, 60)"), R"(state.set_with_ttl ["k",1,{"ttl":60}])");
    EXPECT_EQ(asked("state.compare_and_set('k', nil, {a = 1})"),
              R"(state.compare_and_set ["k",null,{"a":1},{}])");
    EXPECT_EQ(asked("state.compare_and_set('k', 1, 2, 60)"),
              R"(state.compare_and_set ["k",1,2,{"ttl":60}])");
    EXPECT_EQ(asked("state.clear('p/')"), R"(state.clear ["p/"])");
    EXPECT_EQ(asked("state.set('k', 1, -1)"),
              "error: notify.lua:1: bad argument #3 to 'state.set' (a number of seconds over 0 or "
              "a duration such as \"10s\" or \"1m30s\" expected)");
    EXPECT_EQ(asked("state.set_with_ttl('k', 1)"),
              "error: notify.lua:1: bad argument #3 to 'state.set_with_ttl' (number of seconds or "
              "duration expected, got no value)");
    EXPECT_EQ(asked("state.compare_and_set('k', 1)"),
              "error: notify.lua:1: bad argument #3 to 'state.compare_and_set' (value expected)");
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
