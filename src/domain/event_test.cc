#include "domain/event.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

Event an_event(std::string data = "{}") {
    Event event;
    event.type = "task.failed";
    event.data = std::move(data);
    return event;
}

std::string refusal(Event event) {
    const auto result = validate(event);
    EXPECT_FALSE(result) << event.data.substr(0, 100);
    if (result) return "";
    EXPECT_EQ(result.error().code, Code::invalid);
    return result.error().message;
}

TEST(EventValidate, takes_an_object_and_leaves_it_as_it_is) {
    for (const auto* data :
         {"{}", R"({"a": [1, 2.5, true, null, "x"], "b": {"c": {}}})", R"( { "a" : "\u00e4" } )"}) {
        Event event = an_event(data);
        EXPECT_TRUE(validate(event)) << data;
        EXPECT_EQ(event.data, data);
    }
}

TEST(EventValidate, refuses_data_that_is_no_object) {
    EXPECT_EQ(refusal(an_event("[]")), "the event's data must be a JSON object, not an array");
    for (const auto* data : {"1", "\"a\"", "null", "true"})
        EXPECT_EQ(refusal(an_event(data)), "the event's data must be a JSON object");
    EXPECT_EQ(refusal(an_event("{\"a\": }")), "the event's data is not valid JSON (near byte 7)");
    for (const auto* data : {"", "{", "{} {}", "{a: 1}", "{\"a\": \"\xff\"}"})
        EXPECT_NE(refusal(an_event(data)).find("is not valid JSON"), std::string::npos) << data;
}

TEST(EventValidate, caps_depth_and_size) {
    const auto deep = [](int levels) {
        return "{\"a\":" + std::string(size_t(levels - 1), '[') +
               std::string(size_t(levels - 1), ']') + "}";
    };
    Event event = an_event(deep(64));
    EXPECT_TRUE(validate(event));
    EXPECT_EQ(refusal(an_event(deep(65))), "the event's data is nested deeper than 64 levels");
    EXPECT_NE(refusal(an_event(deep(200'000))).find("deeper"), std::string::npos);

    const std::string filler(kMaxEventBytes - 8, 'x');
    event = an_event("{\"a\":\"" + filler + "\"}");
    EXPECT_TRUE(validate(event));
    EXPECT_EQ(refusal(an_event("{\"a\":\"" + filler + "y\"}")),
              "the event's data is 1048577 bytes, the limit is 1048576");
}

TEST(EventValidate, lifts_the_stack_out_of_the_data) {
    Event event = an_event(R"({"inner": {"stack": "no"}, "stack": "production"})");
    ASSERT_TRUE(validate(event));
    EXPECT_EQ(event.stack, "production");

    event = an_event(R"({"stack": "data"})");
    event.stack = "envelope";
    ASSERT_TRUE(validate(event));
    EXPECT_EQ(event.stack, "envelope");

    event = an_event(R"({"stack": 7, "list": ["stack", "x"]})");
    ASSERT_TRUE(validate(event));
    EXPECT_EQ(event.stack, "");
}

TEST(EventValidate, refuses_types_and_short_fields_that_are_none) {
    Event event = an_event();
    event.type = "a b";
    EXPECT_EQ(refusal(event), "'a b' is not an event type");
    event = an_event();
    event.ordering_key = std::string(257, 'k');
    EXPECT_EQ(refusal(event), "the event's ordering_key is longer than 256 bytes");
    event = an_event();
    event.id = "line\nbreak";
    EXPECT_EQ(refusal(event), "the event's id holds a control character");
    EXPECT_EQ(refusal(an_event(R"({"stack": "\u001b[31m"})")),
              "the event's stack holds a control character");
}

TEST(EventStatus, is_spelled_the_same_everywhere) {
    for (const auto status : {EventStatus::pending, EventStatus::processing, EventStatus::completed,
                              EventStatus::failed}) {
        EXPECT_EQ(parse_event_status(to_string(status)), status);
    }
    EXPECT_EQ(to_string(EventStatus::processing), "processing");
    EXPECT_EQ(parse_event_status("done").error().hint,
              "use pending, processing, completed or failed");
    EXPECT_FALSE(is_final(EventStatus::processing));
    EXPECT_TRUE(is_final(EventStatus::completed));
    EXPECT_TRUE(is_final(EventStatus::failed));
}

}  // namespace
}  // namespace sloth
