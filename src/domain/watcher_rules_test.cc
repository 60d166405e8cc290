#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/watcher_fields.h"
#include "domain/watcher_spec.h"
#include "domain/watcher_types.h"

namespace sloth {
namespace {

using testing::HasSubstr;

// A valid watcher of each type, to be spoilt.
WatcherSpec a_watcher(std::string_view type) {
    constexpr std::pair<std::string_view, std::string_view> kJson[] = {
        {"command", R"("command":"df","conditions":["changed"])"},
        {"cpu", R"("conditions":["above"],"threshold":80)"},
        {"directory", R"("path":"/srv","conditions":["changed"])"},
        {"disk", R"("conditions":["above"],"threshold":90)"},
        {"file", R"("path":"/etc/hosts","conditions":["changed"])"},
        {"log", R"("path":"/var/log/syslog","pattern":"error","conditions":["matches"])"},
        {"memory", R"("conditions":["below"],"threshold":10)"},
        {"network", R"("name":"eth0","conditions":["down"])"},
        {"port", R"("port":8080,"conditions":["closed"])"},
        {"process", R"("name":"nginx","conditions":["stopped"])"},
        {"service", R"("name":"nginx","conditions":["failed"])"},
    };
    for (const auto& [name, fields] : kJson) {
        if (name != type) continue;
        return *parse_watcher_spec(fmt::format(R"({{"type":"{}",{}}})", name, fields));
    }
    return {};
}

// The error after these fields were set as a person would write them; "" if it is valid.
std::string refusal(std::string_view type,
                    std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    WatcherSpec spec = a_watcher(type);
    for (const auto& [key, text] : fields) {
        if (key == "conditions") {
            const auto words = parse_conditions(type, text);
            if (!words) return words.error().message;
            spec.conditions = *words;
        } else if (const auto set = set_field(spec, key, text); !set) {
            return set.error().message;
        }
    }
    const auto valid = validate(spec);
    if (valid) return "";
    EXPECT_EQ(valid.error().code, Code::invalid);
    return valid.error().message;
}

TEST(WatcherRules, take_a_plain_watcher_of_every_type) {
    for (const WatcherType& type : watcher_types()) {
        EXPECT_EQ(refusal(type.name, {}), "") << type.name;
        const WatcherSpec spec = a_watcher(type.name);
        EXPECT_EQ(*parse_watcher_spec(to_json(spec)), spec) << type.name;
    }
}

TEST(WatcherRules, want_the_target_that_the_type_has) {
    EXPECT_THAT(refusal("file", {{"path", ""}}), HasSubstr("needs a path"));
    EXPECT_THAT(refusal("directory", {{"path", "srv"}}), HasSubstr("absolute"));
    EXPECT_THAT(refusal("log", {{"pattern", ""}}), HasSubstr("pattern"));
    EXPECT_THAT(refusal("port", {{"port", "0"}}), HasSubstr("needs a port"));
    EXPECT_THAT(refusal("port", {{"port", "70000"}}), HasSubstr("70000"));
    EXPECT_THAT(refusal("port", {{"port", "http"}}), HasSubstr("whole number"));
    EXPECT_THAT(refusal("process", {{"name", ""}}), HasSubstr("name, a pid"));
    EXPECT_THAT(refusal("process", {{"pid", "-3"}}), HasSubstr("no process"));
    EXPECT_THAT(refusal("service", {{"name", ""}}), HasSubstr("needs a name"));
    EXPECT_THAT(refusal("service", {{"name", "a b"}}), HasSubstr("'a b'"));
    EXPECT_THAT(refusal("command", {{"command", ""}}), HasSubstr("needs a command"));
    EXPECT_THAT(refusal("network", {{"name", "an_interface_too_long"}}), HasSubstr("interface"));
}

TEST(WatcherRules, refuse_fields_that_the_type_does_not_take) {
    EXPECT_THAT(refusal("file", {{"port", "80"}}), HasSubstr("a file watcher takes no port"));
    EXPECT_THAT(refusal("cpu", {{"path", "/"}}), HasSubstr("takes no path"));
    EXPECT_THAT(refusal("port", {{"check_hash", "true"}}), HasSubstr("takes no check_hash"));
    EXPECT_EQ(refusal("port", {{"check_hash", "false"}}), "");
}

TEST(WatcherRules, want_a_threshold_where_there_is_a_line_to_cross_and_only_there) {
    WatcherSpec cpu = a_watcher("cpu");
    cpu.threshold.reset();
    EXPECT_FALSE(validate(cpu));
    EXPECT_THAT(refusal("port", {{"threshold", "200ms"}}), HasSubstr("no condition for it"));
    EXPECT_EQ(refusal("port", {{"conditions", "above"}, {"threshold", "200ms"}}), "");
    EXPECT_THAT(refusal("cpu", {{"threshold", "101"}}), HasSubstr("cannot be reached"));
    EXPECT_EQ(refusal("cpu", {{"metric", "load"}, {"threshold", "101"}}), "");
    EXPECT_THAT(refusal("cpu", {{"metric", "heat"}}), HasSubstr("measures no 'heat'"));
    EXPECT_THAT(refusal("cpu", {{"hysteresis", "81"}}), HasSubstr("never be over"));
    EXPECT_THAT(refusal("memory", {{"hysteresis", "91"}}), HasSubstr("never be over"));
    EXPECT_THAT(refusal("memory", {{"conditions", "above,below"}}), HasSubstr("cannot be both"));
    EXPECT_THAT(refusal("memory", {{"metric", "swap"}}), HasSubstr("no `below`"));
}

TEST(WatcherRules, refuse_times_that_make_no_sense) {
    EXPECT_THAT(refusal("cpu", {{"interval", "0s"}}), HasSubstr("too short"));
    EXPECT_THAT(refusal("cpu", {{"interval", "10"}}), HasSubstr("interval"));
    EXPECT_THAT(refusal("cpu", {{"interval", "900w"}}), HasSubstr("longer"));
    EXPECT_THAT(refusal("command", {{"timeout", "1ms"}}), HasSubstr("out of range"));
    EXPECT_EQ(refusal("cpu", {{"for", "2m"}, {"average", "30s"}}), "");
}

TEST(WatcherRules, refuse_what_contradicts_itself) {
    EXPECT_THAT(refusal("port", {{"protocol", "sctp"}}), HasSubstr("sctp"));
    EXPECT_THAT(refusal("port", {{"protocol", "udp"}, {"host", "db"}}), HasSubstr("udp"));
    EXPECT_THAT(refusal("port", {{"host", "http://db"}}), HasSubstr("no host"));
    EXPECT_THAT(refusal("command", {{"pattern", "x"}}), HasSubstr("no condition for it"));
    EXPECT_THAT(refusal("command", {{"conditions", "matches"}}), HasSubstr("pattern"));
    EXPECT_THAT(refusal("command", {{"expected_exit", "300"}}), HasSubstr("300"));
}

}  // namespace
}  // namespace sloth
