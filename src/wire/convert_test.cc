#include "wire/convert.h"

#include <gtest/gtest.h>

namespace sloth::wire {
namespace {

template <class Message, class T>
T round_trip(const T& value) {
    Message message;
    to_proto(value, &message);
    Message read;
    EXPECT_TRUE(read.ParseFromString(message.SerializeAsString()));
    return to_domain(read);
}

TEST(Convert, an_event_survives_the_wire) {
    Event event{.seq = 7,
                .id = "e1",
                .type = "task.failed",
                .stack = "prod",
                .agent = "web",
                .run_id = "r",
                .source = "cli",
                .ordering_key = "o",
                .dedup_key = "d",
                .data = R"({"a":1})",
                .timestamp = from_micros(1),
                .created_at = from_micros(2),
                .status = EventStatus::failed,
                .error = "why",
                .processed_at = from_micros(3),
                .root_id = "e0",
                .parent_id = "e0",
                .depth = 2,
                .hook_generation = 9,
                .recoveries = 1};
    EXPECT_EQ((round_trip<v1::Event>(event)), event);
    EXPECT_EQ((round_trip<v1::Event>(Event{})), Event{});
}

TEST(Convert, a_hook_survives_the_wire) {
    Hook hook;
    hook.id = "h1";
    hook.name = "notify";
    hook.event_types = {"task.failed", "agent.*"};
    hook.limits.timeout = 5s;
    hook.limits.memory = 1 << 20;
    hook.last_run = from_micros(5);
    hook.removed_at = from_micros(6);
    hook.last_error = "line 3: boom";
    hook.run_count = 12;
    EXPECT_EQ((round_trip<v1::Hook>(hook)), hook);
}

TEST(Convert, an_execution_survives_the_wire_and_its_output_becomes_utf8) {
    Execution execution{.id = 3,
                        .event_id = "e",
                        .hook_id = "h",
                        .hook_name = "n",
                        .status = RunStatus::timeout,
                        .output = "x\xFFy",
                        .error = "late",
                        .duration = 12ms,
                        .executed_at = from_micros(9),
                        .attempt = 2,
                        .delivery_id = "d",
                        .hook_version = 4,
                        .agent = "web"};
    const Execution read = round_trip<v1::Execution>(execution);
    execution.output = "x\uFFFDy";
    EXPECT_EQ(read, execution);
}

TEST(Convert, an_agent_survives_the_wire) {
    const Agent agent{.name = "web-01",
                      .address = "unix:",
                      .status = AgentStatus::lost,
                      .version = "0.1.0",
                      .tags = {"a", "b"},
                      .system_info = R"({"os":"linux"})",
                      .registered_at = from_micros(1),
                      .last_heartbeat = from_micros(2)};
    EXPECT_EQ((round_trip<v1::Agent>(agent)), agent);
}

TEST(Convert, every_error_code_survives_the_wire) {
    for (int i = 0; i <= static_cast<int>(Code::corrupt); ++i) {
        const Error error{static_cast<Code>(i), "message", "hint"};
        EXPECT_EQ((round_trip<v1::Error>(error)), error);
    }
}

}  // namespace
}  // namespace sloth::wire
