#include "domain/event_importance.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(EventImportance, keeps_failures_and_edges) {
    for (const char* type :
         {"agent.outbox_overflow", "command.failed", "dir.deleted", "file.deleted", "port.closed",
          "process.crashed", "process.stopped", "service.failed", "service.started",
          "system.cpu_high", "system.cpu_normal", "system.disk_full", "watcher.gap"}) {
        EXPECT_TRUE(is_important(type)) << type;
    }
}

TEST(EventImportance, gives_up_what_is_told_again_or_one_of_many) {
    for (const char* type : {"agent.connected", "command.output_changed", "custom", "dir.changed",
                             "file.created", "file.modified", "log.error", "log.matched",
                             "port.opened", "process.started", "systems.high", "watcher.gaps"}) {
        EXPECT_FALSE(is_important(type)) << type;
    }
}

}  // namespace
}  // namespace sloth
