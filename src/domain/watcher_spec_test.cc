#include "domain/watcher_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

WatcherSpec a_spec() {
    return {.id = "watcher-1", .type = "file", .conditions = {"modified"}, .path = "/etc/hosts"};
}

TEST(WatcherSpecTest, reads_conditions_in_any_order_and_by_other_names) {
    EXPECT_THAT(*parse_conditions("file", "deleted, created"), ElementsAre("created", "deleted"));
    EXPECT_THAT(*parse_conditions("file", "changed"), ElementsAre("modified", "renamed"));
    EXPECT_THAT(*parse_conditions("file", "modified"), ElementsAre("modified"));
    EXPECT_THAT(*parse_conditions("file", "renamed"), ElementsAre("renamed"));
    EXPECT_THAT(*parse_conditions("file", "removed,started,created"),
                ElementsAre("created", "deleted"));
}

TEST(WatcherSpecTest, names_the_valid_conditions_and_types) {
    const auto condition = parse_conditions("file", "exploded");
    ASSERT_FALSE(condition);
    EXPECT_EQ(condition.error().code, Code::invalid);
    EXPECT_THAT(condition.error().hint, HasSubstr("created, modified, deleted or renamed"));
    const auto type = parse_conditions("fiel", "created");
    ASSERT_FALSE(type);
    EXPECT_THAT(type.error().hint, HasSubstr("directory, disk, file, log"));
    EXPECT_FALSE(parse_conditions("file", " , "));
}

TEST(WatcherSpecTest, knows_one_vocabulary_for_all_types) {
    EXPECT_THAT(*parse_conditions("process", "created,closed,failed"),
                ElementsAre("started", "stopped", "crashed"));
    EXPECT_THAT(*parse_conditions("port", "listening,stopped"), ElementsAre("opened", "closed"));
    EXPECT_THAT(*parse_conditions("port", "changed"), ElementsAre("opened", "closed"));
    EXPECT_THAT(*parse_conditions("service", "modified"),
                ElementsAre("started", "stopped", "failed", "restarted", "reconfigured"));
    EXPECT_THAT(*parse_conditions("cpu", "high"), ElementsAre("above"));
    EXPECT_THAT(*parse_conditions("network", "removed"), ElementsAre("down"));
    EXPECT_THAT(*parse_conditions("command", "contains,modified"),
                ElementsAre("changed", "matches"));
    EXPECT_THAT(*parse_conditions("log", ""), ElementsAre("matches"));
    EXPECT_FALSE(parse_conditions("cpu", "deleted"));
}

TEST(WatcherSpecTest, refuses_what_cannot_be_watched) {
    EXPECT_TRUE(validate(a_spec()));
    WatcherSpec relative = a_spec();
    relative.path = "etc/hosts";
    EXPECT_FALSE(validate(relative));
    WatcherSpec often = a_spec();
    often.interval = 49ms;
    EXPECT_FALSE(validate(often));
    often.interval = 50ms;
    EXPECT_TRUE(validate(often));
    WatcherSpec nothing = a_spec();
    nothing.conditions.clear();
    EXPECT_FALSE(validate(nothing));
    WatcherSpec hidden = a_spec();
    hidden.path += std::string(1, '\0') + "x";
    EXPECT_FALSE(validate(hidden));
}

TEST(WatcherSpecTest, comes_back_from_json_as_it_went) {
    WatcherSpec spec = a_spec();
    spec.check_hash = true;
    spec.interval = 1500ms;
    spec.stack = "production";
    spec.enabled = false;
    spec.created_at = from_micros(1'763'900'000'123'456);
    spec.last_event = from_micros(1'763'900'001'000'000);
    spec.last_error = "permission denied";
    const auto back = parse_watcher_spec(to_json(spec));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, spec);
}

TEST(WatcherSpecTest, refuses_unknown_fields_and_wrong_kinds) {
    const auto typo = parse_watcher_spec(R"({"type":"file","pahts":"/x"})");
    ASSERT_FALSE(typo);
    EXPECT_FALSE(parse_watcher_spec(R"({"type":"file","path":5})"));
    EXPECT_FALSE(parse_watcher_spec(R"({"type":"file","interval":"soon"})"));
    EXPECT_FALSE(parse_watcher_spec(R"(["file"])"));
    const auto words = parse_watcher_spec(R"({"conditions":["changed"],"type":"file"})");
    ASSERT_TRUE(words);
    EXPECT_THAT(words->conditions, ElementsAre("modified", "renamed"));
}

TEST(WatcherSpecTest, reads_thresholds_in_the_unit_of_the_metric) {
    const auto rss = parse_watcher_spec(
        R"({"threshold":"500M","type":"process","metric":"rss","name":"nginx","conditions":["above"]})");
    ASSERT_TRUE(rss) << rss.error().message;
    EXPECT_EQ(rss->threshold, 500.0 * 1024 * 1024);
    const auto latency = parse_watcher_spec(R"({"type":"port","port":80,"threshold":"1.5s"})");
    ASSERT_TRUE(latency) << latency.error().message;
    EXPECT_EQ(latency->threshold, 1500);
    EXPECT_FALSE(parse_watcher_spec(R"({"type":"cpu","threshold":"500M"})"));
}

TEST(WatcherSpecTest, forgets_what_is_set_to_null) {
    const auto spec =
        parse_watcher_spec(R"({"type":"port","port":80,"host":null,"threshold":null})");
    ASSERT_TRUE(spec) << spec.error().message;
    EXPECT_EQ(spec->host, "");
    EXPECT_FALSE(spec->threshold);
}

TEST(WatcherSpecTest, says_what_is_watched_in_a_few_words) {
    EXPECT_EQ(target_of(a_spec()), "/etc/hosts");
    EXPECT_EQ(target_of({.type = "cpu", .threshold = 80}), "threshold: 80%");
    EXPECT_EQ(target_of({.type = "port", .protocol = "udp", .port = 53}), "53/udp");
    EXPECT_EQ(target_of({.type = "port", .host = "db", .port = 5432}), "db:5432");
    EXPECT_EQ(target_of({.type = "process", .name = "nginx", .user = "www"}), "nginx of www");
}

}  // namespace
}  // namespace sloth
