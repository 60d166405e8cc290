#include "domain/hook.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

std::string refusal(std::string_view json) {
    const auto metadata = parse_hook_metadata(json);
    EXPECT_FALSE(metadata) << json;
    if (metadata) return "";
    EXPECT_EQ(metadata.error().code, Code::invalid);
    return metadata.error().message;
}

TEST(HookMetadata, reads_every_key) {
    const auto metadata = parse_hook_metadata(
        R"({"name": "notify", "description": "Tells somebody", "event_types": ["task.*", "a.b"],
            "stack": "production", "enabled": false, "timeout": "1m30s", "memory": "8MiB",
            "form": "table", "color": "red"})");
    ASSERT_TRUE(metadata);
    EXPECT_EQ(metadata->name, "notify");
    EXPECT_EQ(metadata->description, "Tells somebody");
    EXPECT_EQ(metadata->event_types, (std::vector<std::string>{"task.*", "a.b"}));
    EXPECT_EQ(metadata->stack, "production");
    EXPECT_EQ(metadata->enabled, false);
    EXPECT_EQ(metadata->timeout, Micros(90s));
    EXPECT_EQ(metadata->memory, 8 << 20);
    EXPECT_EQ(metadata->form, "table");
    EXPECT_EQ(metadata->unknown_keys, std::vector<std::string>{"color"});
}

TEST(HookMetadata, leaves_unsaid_what_the_script_does_not_say) {
    const auto metadata = parse_hook_metadata("{}");
    ASSERT_TRUE(metadata);
    EXPECT_EQ(*metadata, HookMetadata());
}

TEST(HookMetadata, takes_one_type_and_plain_numbers) {
    const auto metadata =
        parse_hook_metadata(R"({"event_type": "task.failed", "timeout": 2.5, "memory": 1048576})");
    ASSERT_TRUE(metadata);
    EXPECT_EQ(metadata->event_types, std::vector<std::string>{"task.failed"});
    EXPECT_EQ(metadata->timeout, Micros(2500ms));
    EXPECT_EQ(metadata->memory, 1 << 20);
}

TEST(HookMetadata, refuses_wrong_kinds_and_values) {
    EXPECT_EQ(refusal("[]"), "hook metadata must be an object");
    EXPECT_EQ(refusal(R"({"name": 1})"), "the hook's 'name' must be a string");
    EXPECT_EQ(refusal(R"({"enabled": "yes"})"), "the hook's 'enabled' must be true or false");
    EXPECT_EQ(refusal(R"({"event_type": {}})"),
              "the hook's 'event_type' must be an event type or a list of them");
    EXPECT_EQ(refusal(R"({"event_types": [1]})"),
              "the hook's 'event_types' must be a list of event types");
    EXPECT_EQ(refusal(R"({"event_type": "a b"})"),
              "the hook's 'event_type' holds 'a b', which is no event type");
    EXPECT_EQ(refusal(R"({"timeout": "soon"})"), "'soon' is not a duration");
    EXPECT_EQ(refusal(R"({"timeout": "0s"})"), "the hook's 'timeout' must be longer than 0s");
    EXPECT_EQ(refusal(R"({"timeout": -1})"),
              "the hook's 'timeout' must be a duration like \"30s\"");
    EXPECT_EQ(refusal(R"({"memory": "1KiB"})"), "the hook's 'memory' must be at least 256KiB");
    EXPECT_EQ(refusal(R"({"memory": true})"), "the hook's 'memory' must be a size like \"64MiB\"");
}

TEST(HookName, is_a_word_as_in_file_names) {
    for (const auto* name : {"a", "notify_on-failure.2", "A"}) EXPECT_TRUE(is_hook_name(name));
    for (const auto* name : {"", "a b", "a/b", "\xc3\xa4", "a\n"})
        EXPECT_FALSE(is_hook_name(name)) << name;
    EXPECT_TRUE(is_hook_name(std::string(128, 'a')));
    EXPECT_FALSE(is_hook_name(std::string(129, 'a')));
}

TEST(Bytes, are_read_in_binary_and_decimal_units) {
    EXPECT_EQ(parse_bytes("64MiB"), 64 << 20);
    EXPECT_EQ(parse_bytes("1.5KiB"), 1536);
    EXPECT_EQ(parse_bytes("2KB"), 2000);
    EXPECT_EQ(parse_bytes("7"), 7);
    EXPECT_EQ(parse_bytes("7B"), 7);
    for (const auto* text :
         {"", "MiB", "64 MiB", "-1", "64mib", "1TiB", "1e300", "9e18MiB", "inf", "nan"})
        EXPECT_FALSE(parse_bytes(text)) << text;
}

TEST(Bytes, are_shown_in_the_largest_binary_unit) {
    EXPECT_EQ(format_bytes(0), "0B");
    EXPECT_EQ(format_bytes(1023), "1023B");
    EXPECT_EQ(format_bytes(64 << 20), "64MiB");
    EXPECT_EQ(format_bytes(1536), "1.5KiB");
    EXPECT_EQ(format_bytes(int64_t(3) << 30), "3GiB");
}

}  // namespace
}  // namespace sloth
