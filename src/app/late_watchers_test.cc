#include "app/late_watchers.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_watcher_control.h"

namespace sloth {
namespace {

TEST(LateWatchers, says_that_no_master_runs_until_there_is_one) {
    LateWatchers late;
    Result<std::string> answer;
    const auto done = [&](Result<std::string> result) { answer = std::move(result); };
    late.put("web-01", "{}", done);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::unreachable);
    EXPECT_EQ(answer.error().message,
              "no master runs: watchers can be registered only by hooks of a running master");

    const auto control = std::make_shared<FakeWatcherControl>();
    late.set(control);
    late.put("web-01", "{}", done);
    EXPECT_EQ(answer, "watcher-1");
    late.remove("web-01", "a", done);
    EXPECT_EQ(answer, "watcher-1");
    EXPECT_EQ(control->asked(), (std::vector<std::string>{"put web-01 {}", "remove web-01 a"}));

    late.set(nullptr);
    late.remove("web-01", "a", done);
    EXPECT_FALSE(answer);
    EXPECT_EQ(control->asked().size(), 2u);
}

}  // namespace
}  // namespace sloth
