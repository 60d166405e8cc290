#include "domain/execution.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(RunStatus, is_spelled_the_same_everywhere) {
    for (const auto status :
         {RunStatus::success, RunStatus::failed, RunStatus::timeout, RunStatus::interrupted}) {
        EXPECT_EQ(parse_run_status(to_string(status)), status);
    }
    EXPECT_EQ(to_string(RunStatus::timeout), "timeout");
    EXPECT_EQ(parse_run_status("ok").error().message, "'ok' is not a run status");
}

}  // namespace
}  // namespace sloth
