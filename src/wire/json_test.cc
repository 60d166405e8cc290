#include "wire/json.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sloth::wire {
namespace {

TEST(PublicJson, an_event_leaves_out_what_is_not_set) {
    const Event event{.seq = 48213,
                      .id = "e1",
                      .type = "task.failed",
                      .data = R"({"b":1,"a":[2]})",
                      .timestamp = from_micros(0),
                      .created_at = from_micros(1'500'000)};
    EXPECT_EQ(event_json(event),
              R"({"seq":48213,"id":"e1","type":"task.failed","data":{"b":1,"a":[2]},)"
              R"("status":"pending","timestamp":"1970-01-01T00:00:00Z",)"
              R"("created_at":"1970-01-01T00:00:01.5Z","depth":0,"hook_generation":0,)"
              R"("recoveries":0})");
}

TEST(PublicJson, a_run_says_success_only_for_success) {
    Execution run{.status = RunStatus::timeout, .duration = 234'567us};
    const Json json = to_json(run);
    EXPECT_EQ(json["success"], false);
    EXPECT_EQ(json["duration"], "234ms");
    EXPECT_EQ(json["duration_ms"], 234);
    EXPECT_FALSE(json.contains("output"));
}

TEST(PublicJson, a_hook_keeps_the_specifications_event_type) {
    Hook hook;
    hook.event_types = {"a.b", "c.*"};
    const Json json = to_json(hook);
    EXPECT_EQ(json["event_type"], "a.b");
    EXPECT_EQ(json["event_types"].size(), 2U);
    EXPECT_EQ(json["timeout"], "30s");
    EXPECT_FALSE(json.contains("last_run"));
}

TEST(PublicJson, durations_have_three_figures) {
    EXPECT_EQ(human_duration(0us), "0us");
    EXPECT_EQ(human_duration(999us), "999us");
    EXPECT_EQ(human_duration(1000us), "1ms");
    EXPECT_EQ(human_duration(1234us), "1.23ms");
    EXPECT_EQ(human_duration(12'345us), "12.3ms");
    EXPECT_EQ(human_duration(999'999us), "999ms");
    EXPECT_EQ(human_duration(1'050'000us), "1.05s");
    EXPECT_EQ(human_duration(59'999'999us), "59.9s");
    EXPECT_EQ(human_duration(125s), "2m5s");
}

}  // namespace
}  // namespace sloth::wire
