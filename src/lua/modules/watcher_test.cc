#include <gmock/gmock.h>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

// What one call asks the broker for, without the parts that are always the same; or the error.
std::string asked(const std::string& body, const std::string& agent = "web-01",
                  const std::string& data = "{}") {
    ScriptBed bed;
    bed.agent = agent;
    bed.data = data;
    const Outcome got = bed.call(body);
    if (!got.effects.empty()) return got.effects.front();
    const std::string line = got.error.substr(0, got.error.find('\n'));
    const size_t place = line.find(": ");
    return place == std::string::npos ? line : line.substr(place + 2);
}

std::string put(const std::string& type, const std::string& options) {
    return asked("watcher.register." + type + "{" + options + "}");
}

std::string spec(const std::string& json) { return "watcher.register [\"web-01\"," + json + "]"; }

TEST(Watcher, asks_for_each_type) {
    EXPECT_EQ(put("file",
                  "path = '/a', when = {'changed'}, interval = '10s', label = 'a.conf', "
                  "stack = 'blue', check_hash = true"),
              spec(R"({"check_hash":true,"conditions":["modified","renamed"],"interval":"10s",)"
                   R"("label":"a.conf","path":"/a","stack":"blue","type":"file"})"));
    EXPECT_EQ(put("directory",
                  "path = '/a', when = 'created,deleted', recursive = true, "
                  "include = {'*.txt'}, exclude = '*.tmp'"),
              spec(R"({"conditions":["created","deleted"],"exclude":["*.tmp"],)"
                   R"("include":["*.txt"],"path":"/a","recursive":true,"type":"directory"})"));
    EXPECT_EQ(put("cpu", "threshold = 80, when = {'above'}, ['for'] = '1m', average = 30"),
              spec(R"({"average":"30s","conditions":["above"],"for":"1m","threshold":80,)"
                   R"("type":"cpu"})"));
    EXPECT_EQ(put("memory", "threshold = '10%', when = {'low'}"),
              spec(R"({"conditions":["below"],"threshold":10,"type":"memory"})"));
    EXPECT_EQ(put("disk", "path = '/', threshold = 90.5, when = 'high', metric = 'inodes'"),
              spec(R"({"conditions":["above"],"metric":"inodes","path":"/","threshold":90.5,)"
                   R"("type":"disk"})"));
    EXPECT_EQ(put("process", "name = 'nginx', when = {'stopped', 'crashed'}, user = 33"),
              spec(R"({"conditions":["stopped","crashed"],"name":"nginx","type":"process",)"
                   R"("user":"33"})"));
    EXPECT_EQ(put("port", "port = 8080, when = {'closed'}, interval = 0.5, enabled = false"),
              spec(R"({"conditions":["closed"],"enabled":false,"interval":"500ms","port":8080,)"
                   R"("type":"port"})"));
    EXPECT_EQ(put("service", "name = 'nginx', when = {'failed'}"),
              spec(R"({"conditions":["failed"],"name":"nginx","type":"service"})"));
    EXPECT_EQ(put("log", "path = '/var/log/syslog', pattern = 'ERROR|CRITICAL'"),
              spec(R"({"conditions":["matches"],"path":"/var/log/syslog",)"
                   R"("pattern":"ERROR|CRITICAL","type":"log"})"));
    EXPECT_EQ(put("command", "command = 'df -h', when = {'changed'}, timeout = '2s'"),
              spec(R"({"command":"df -h","conditions":["changed"],"timeout":"2s",)"
                   R"("type":"command"})"));
    EXPECT_EQ(put("network", "name = 'eth0', when = {'above'}, threshold = '10M/s'"),
              spec(R"({"conditions":["above"],"name":"eth0","threshold":10485760,)"
                   R"("type":"network"})"));
}

TEST(Watcher, knows_what_older_scripts_call_things) {
    EXPECT_EQ(put("file", "file_path = '/a', conditions = {'created'}, id = 'mine'"),
              put("file", "path = '/a', when = {'created'}, label = 'mine'"));
    EXPECT_EQ(put("cpu", "cpu_threshold = 80, when = {'above'}"),
              put("cpu", "threshold = 80, when = {'above'}"));
    EXPECT_EQ(put("memory", "memory_threshold = 80, when = {'above'}, held_for = '5s'"),
              put("memory", "threshold = 80, when = {'above'}, ['for'] = 5"));
    EXPECT_EQ(put("disk", "file_path = '/', disk_threshold = 80, when = {'above'}"),
              put("disk", "mount_point = '/', threshold = '80', when = {'above'}"));
    for (const char* name : {"process", "process_name"})
        EXPECT_EQ(put("process", name + std::string(" = 'x', username = 'root', when = 'closed'")),
                  put("process", "name = 'x', user = 'root', when = 'stopped'"));
    for (const char* name : {"service", "service_name"})
        EXPECT_EQ(put("service", name + std::string(" = 'x', when = 'stopped'")),
                  put("service", "name = 'x', when = 'stopped'"));
    EXPECT_EQ(
        put("log", "log_path = '/a', log_pattern = 'b', follow_log = true, when = 'contains'"),
        put("log", "path = '/a', pattern = 'b'"));
    EXPECT_EQ(put("command",
                  "command = 'a', output_pattern = 'b', when = 'matches', "
                  "expected_exit = 3.0"),
              put("command", "command = 'a', pattern = 'b', when = 'matches', expected_exit = 3"));
    EXPECT_EQ(put("port", "port = '80', remote_addr = '10.0.0.1', when = 'opened'"),
              put("port", "port = 80, host = '10.0.0.1', when = 'opened'"));
    EXPECT_EQ(put("network", "interface = 'eth0', network_threshold = 5, when = 'high'"),
              put("network", "name = 'eth0', threshold = 5, when = 'above'"));
}

TEST(Watcher, is_asked_of_the_agent_that_is_named_or_of_the_events) {
    const std::string port = "watcher.register.port{port = 1, when = 'opened'";
    EXPECT_THAT(asked(port + ", agent = 'db-01'}"), HasSubstr("[\"db-01\",{"));
    EXPECT_THAT(asked(port + ", agent = event.agent}"), HasSubstr("[\"web-01\",{"));
    EXPECT_THAT(asked(port + ", agent = {name = 'db-02', address = 'x'}}"),
                HasSubstr("[\"db-02\",{"));
    EXPECT_THAT(asked("event = nil " + port + "}"), HasSubstr("[\"web-01\",{"));
    EXPECT_EQ(asked(port + ", agent = ''}"),
              "watcher.register.port: the option `agent` must be the name of an agent");
    EXPECT_EQ(asked(port + "}", ""),
              "watcher.register.port: the event comes from no agent: name one with the option "
              "`agent`");
    constexpr const char* kData = R"({"agent": {"name": "db-03"}})";
    EXPECT_THAT(asked(port + "}", "", kData), HasSubstr("[\"db-03\",{"));
    EXPECT_THAT(asked(port + ", agent = event.agent}", "", kData), HasSubstr("[\"db-03\",{"));
}

TEST(Watcher, is_known_as_event_register_too) {
    const std::string call = ".register.port{port = 1, when = 'opened'}";
    const std::string wanted = spec(R"({"conditions":["opened"],"port":1,"type":"port"})");
    for (const char* module :
         {"watcher", "event", "require('watcher')", "require('event')", "_G.event"})
        EXPECT_EQ(asked(module + call), wanted) << module;
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return event.register == watcher.register, event.no_such_field, "
                       "require('event').register == event.register"),
              "true\tnil\ttrue");
}

TEST(Watcher, says_what_is_wrong_with_an_option) {
    EXPECT_EQ(put("disk", "pth = '/'"),
              "watcher.register.disk: there is no option `pth`: did you mean `path`? It takes "
              "when, path, metric, threshold, hysteresis, for, agent, interval, label, stack, "
              "enabled");
    EXPECT_EQ(put("log", "file_pth = '/a'"),
              "watcher.register.log: there is no option `file_pth`: did you mean `file_path`? It "
              "takes when, path, pattern, fixed, agent, interval, label, stack, enabled");
    EXPECT_THAT(put("cpu", "path = '/'"), HasSubstr("there is no option `path`; it takes when, "));
    EXPECT_THAT(put("cpu", "memory_threshold = 5"), HasSubstr("no option `memory_threshold`"));
    for (const char* own : {"created_at", "last_error", "revision", "type"})
        EXPECT_THAT(put("file", own + std::string(" = 'x'")), HasSubstr("there is no option"));
    EXPECT_EQ(put("file", "path = '/a', file_path = '/b', when = 'created'"),
              "watcher.register.file: the options `file_path` and `path` mean the same: say it "
              "once");
    EXPECT_EQ(put("log", "follow_log = false"),
              "watcher.register.log: the option `follow_log` can only be true: a log watcher "
              "always does");
    EXPECT_THAT(put("file", "'/a'"),
                AllOf(HasSubstr("watcher.register.file: it takes a table of named options (when, "),
                      EndsWith("), not a list")));
    EXPECT_THAT(asked("watcher.register.file('/a')"), EndsWith("enabled), not string"));
    EXPECT_THAT(asked("watcher.register.file()"), EndsWith("enabled), not nothing"));
}

TEST(Watcher, says_what_is_wrong_with_a_value) {
    EXPECT_EQ(
        put("file", "path = 'a', when = 'created'"),
        "watcher.register.file: a file watcher needs an absolute path, not 'a'; write it from "
        "the root, for example /etc/nginx/nginx.conf");
    EXPECT_THAT(put("file", "path = '/a'"),
                HasSubstr("watcher.register.file: a watcher needs at least one condition; use "));
    EXPECT_THAT(put("file", "path = '/a', when = {'exploded'}"),
                HasSubstr("a file watcher has no condition 'exploded'; use "));
    EXPECT_EQ(put("file", "path = '/a', when = {1}"),
              "watcher.register.file: the option `when` must be a list of strings");
    EXPECT_EQ(put("file", "path = '/a', when = {x = 'created'}"),
              "watcher.register.file: the option `when` must be a list of strings");
    EXPECT_EQ(put("file", "path = print, when = 'created'"),
              "watcher.register.file: the option `path` cannot be a function");
    EXPECT_EQ(put("file", "path = '/\\xff', when = 'created'"),
              "watcher.register.file: the option `path` must be text in UTF-8");
    EXPECT_THAT(put("file", "path = '/' .. ('x'):rep(70000), when = 'created'"),
                HasSubstr("the option `path` is longer than"));
    EXPECT_THAT(put("file", "path = '/a', when = 'created', interval = -1"),
                HasSubstr("the option `interval` must be a number of seconds or a duration"));
    EXPECT_THAT(put("file", "path = '/a', when = 'created', interval = 'soon'"),
                HasSubstr("watcher.register.file: the watcher's interval: "));
    EXPECT_THAT(put("port", "port = 80.5, when = 'opened'"),
                HasSubstr("the watcher's port must be a whole number, not '80.5'"));
    EXPECT_THAT(put("port", "port = 70000, when = 'opened'"), HasSubstr("there is no port 70000"));
    EXPECT_THAT(put("cpu", "threshold = 0/0, when = 'above'"), HasSubstr("that is finite"));
    EXPECT_THAT(put("cpu", "threshold = 800, when = 'above'"), HasSubstr("cannot be reached"));
    EXPECT_THAT(put("port", "port = 1, when = 'opened', label = 'watcher-7'"),
                HasSubstr("'watcher-7' cannot be a watcher's label"));
}

TEST(Watcher, says_what_to_use_for_what_nobody_watches) {
    EXPECT_THAT(asked("watcher.register.custom{check = print}"),
                HasSubstr("watcher.register.custom: there are no custom watchers: use "
                          "watcher.register.command{"));
    EXPECT_THAT(asked("watcher.custom{}"), HasSubstr("there are no custom watchers: use "));
    EXPECT_THAT(put("connection", ""), HasSubstr("use watcher.register.port{"));
    EXPECT_THAT(put("user", ""), HasSubstr("use watcher.register.command{command = \"who\""));
    EXPECT_THAT(put("package", ""), HasSubstr("dpkg-query"));
}

TEST(Watcher, is_removed_by_id_or_label) {
    EXPECT_EQ(asked("watcher.remove('passwd')"), R"(watcher.remove ["web-01","passwd"])");
    EXPECT_EQ(asked("watcher.remove('passwd', {agent = 'db-01'})"),
              R"(watcher.remove ["db-01","passwd"])");
    EXPECT_EQ(asked("watcher.remove('')"),
              "bad argument #1 to 'watcher.remove' (an id or a label expected, got an empty "
              "string)");
    EXPECT_EQ(asked("watcher.remove('a', {agnt = 'b'})"),
              "watcher.remove: there is no field `agnt`: did you mean `agent`?");
    EXPECT_EQ(asked("watcher.remove('a')", ""),
              "watcher.remove: the event comes from no agent: name one with the option `agent`");
}

TEST(Watcher, gives_what_the_agent_answers) {
    ScriptBed bed;
    const std::string call = "return watcher.register.port{port = 1, when = 'opened'}";
    bed.broker = [](const EffectRequest&) { return R"(["watcher-7"])"; };
    EXPECT_EQ(bed.eval(call), "watcher-7");
    bed.broker = [](const EffectRequest&) { return R"([null, "no such agent"])"; };
    EXPECT_EQ(bed.eval(call), "nil\tno such agent");
    bed.broker = [](const EffectRequest&) { return R"([false, "no such watcher"])"; };
    EXPECT_EQ(bed.eval("return watcher.remove('a')"), "false\tno such watcher");
    EXPECT_THAT(bed.load("watcher.register.port{port = 1, when = 'opened'}\n"
                         "function on_event() end")
                    .error,
                HasSubstr("`watcher.register` cannot be called while the hook is being loaded"));
}

}  // namespace
}  // namespace sloth::lua
