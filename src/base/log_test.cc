#include "base/log.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sloth {
namespace {

std::string written(Log::Options options, const std::function<void(Log&)>& speak) {
    testing::internal::CaptureStderr();
    Log log(options);
    speak(log);
    return testing::internal::GetCapturedStderr();
}

TEST(Log, writes_an_event_and_its_fields) {
    const std::string line = written({}, [](Log& log) {
        log.warn("hook_file_gone", {{"hook", "notify"}, {"path", "/a b"}, {"tries", 3}});
    });
    EXPECT_NE(line.find(" warning hook_file_gone hook=notify path=\"/a b\" tries=3\n"),
              std::string::npos)
        << line;
}

TEST(Log, leaves_out_what_is_below_its_level) {
    const std::string text = written({.level = LogLevel::warn}, [](Log& log) {
        log.debug("a");
        log.info("b");
        log.error("c");
        EXPECT_FALSE(log.enabled(LogLevel::info));
        EXPECT_TRUE(log.enabled(LogLevel::error));
    });
    EXPECT_EQ(text.find(" a"), std::string::npos);
    EXPECT_EQ(text.find(" b"), std::string::npos);
    EXPECT_NE(text.find(" c\n"), std::string::npos);
}

TEST(Log, writes_one_json_object_a_line) {
    const std::string line = written({.format = LogFormat::json}, [](Log& log) {
        log.error("store_failed", {{"reason", "line 1\nline 2 \"x\""}});
    });
    const auto object = parse_json(line);
    ASSERT_TRUE(object) << line;
    EXPECT_EQ((*object)["event"], "store_failed");
    EXPECT_EQ((*object)["level"], "error");
    EXPECT_EQ((*object)["reason"], "line 1\nline 2 \"x\"");
    EXPECT_EQ(std::ranges::count(line, '\n'), 1);
}

TEST(LogLevel, is_read_by_name) {
    EXPECT_EQ(parse_log_level("debug"), LogLevel::debug);
    EXPECT_EQ(parse_log_level("error"), LogLevel::error);
    const auto wrong = parse_log_level("loud");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().hint, "use debug, info, warn or error");
}

}  // namespace
}  // namespace sloth
