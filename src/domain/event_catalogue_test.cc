#include "domain/event_catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "domain/event_type.h"

namespace sloth {
namespace {

TEST(EventCatalogue, knows_every_example_of_the_specification) {
    for (const auto* name : {"agent.registered",
                             "agent.disconnected",
                             "agent.heartbeat_failed",
                             "task.started",
                             "task.completed",
                             "task.failed",
                             "workflow.started",
                             "workflow.completed",
                             "workflow.failed",
                             "system.startup",
                             "system.error",
                             "system.cpu_high",
                             "schedule.missed",
                             "schedule.triggered",
                             "state.created",
                             "state.updated",
                             "state.corrupted",
                             "secret.created",
                             "secret.accessed",
                             "secret.expired",
                             "stack.deployed",
                             "stack.destroyed",
                             "stack.drift_detected",
                             "backup.started",
                             "backup.completed",
                             "restore.failed",
                             "db.connected",
                             "db.query_slow",
                             "db.error",
                             "network.down",
                             "network.up",
                             "network.latency_high",
                             "security.breach",
                             "security.unauthorized",
                             "security.login_failed",
                             "file.created",
                             "file.modified",
                             "file.deleted",
                             "deploy.started",
                             "deploy.completed",
                             "deploy.rollback",
                             "health.check_failed",
                             "health.degraded",
                             "health.recovered",
                             "custom"}) {
        EXPECT_TRUE(find_event_type(name)) << name;
    }
}

TEST(EventCatalogue, knows_what_the_watchers_send) {
    for (const auto* name :
         {"file.renamed", "system.cpu_normal", "system.memory_low", "system.memory_normal",
          "process.started", "process.stopped", "process.crashed", "port.opened", "port.closed",
          "port.latency_high", "service.started", "service.stopped", "service.failed",
          "service.restarted", "agent.outbox_overflow", "watcher.gap"}) {
        EXPECT_TRUE(find_event_type(name)) << name;
    }
}

TEST(EventCatalogue, holds_well_formed_names_in_the_sixteen_categories_and_the_watchers_own) {
    std::set<std::string_view> categories;
    for (const EventType& type : event_catalogue()) {
        EXPECT_TRUE(is_event_type(type.name)) << type.name;
        EXPECT_FALSE(type.description.empty()) << type.name;
        categories.insert(type.category);
    }
    for (const auto* category :
         {"agent", "task", "workflow", "system", "schedule", "state", "secret", "stack", "backup",
          "database", "network", "security", "file", "deploy", "health", "custom"}) {
        EXPECT_TRUE(categories.contains(category)) << category;
    }
    EXPECT_GE(event_catalogue().size(), 100u);
}

TEST(EventCatalogue, finds_nothing_for_a_custom_name) {
    EXPECT_FALSE(find_event_type("order.shipped"));
    EXPECT_FALSE(find_event_type("task"));
    EXPECT_FALSE(find_event_type(""));
    EXPECT_FALSE(find_event_type("zzz"));
}

TEST(EventSuggestion, corrects_a_typo) {
    EXPECT_EQ(suggest_event_type("task.faild"), "task.failed");
    EXPECT_EQ(suggest_event_type("tsak.failed"), "task.failed");
    EXPECT_EQ(suggest_event_type("file.modifed"), "file.modified");
    EXPECT_EQ(suggest_event_type("port.open"), "port.opened");
}

TEST(EventSuggestion, leaves_known_and_own_names_alone) {
    EXPECT_FALSE(suggest_event_type("task.failed"));
    EXPECT_FALSE(suggest_event_type("custom.deploy"));
    EXPECT_FALSE(suggest_event_type("custom.deploymet"));
    EXPECT_FALSE(suggest_event_type("order.created"));
    EXPECT_FALSE(suggest_event_type("role.created"));
    EXPECT_FALSE(suggest_event_type("invoice.paid"));
}

}  // namespace
}  // namespace sloth
