#include "watch/service.h"

#include "tests/fakes/watch_bed.h"

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The bus is not there: what it would tell is told by hand.
struct ServiceWatcherTest : WatchBed {
    ServiceWatcherTest() { ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/bus", 1); }
    ~ServiceWatcherTest() override { ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS"); }

    ServiceWatcher& service() { return static_cast<ServiceWatcher&>(*watcher); }
    UnitState running(std::string invocation = "a") const {
        return {.load = "loaded",
                .active = "active",
                .sub = "running",
                .result = "success",
                .file_state = "enabled",
                .fragment = folder.path("nginx.service"),
                .invocation = std::move(invocation),
                .main_pid = 42};
    }
    void watch_nginx() {
        folder.write("nginx.service", "[Service]");
        watch({{"type", "service"},
               {"name", "nginx"},
               {"conditions", {"started", "stopped", "failed", "restarted", "reconfigured"}}});
        service().unit_state(running());
        EXPECT_THAT(look(), IsEmpty());
    }
};

TEST_F(ServiceWatcherTest, tells_of_a_failure_with_what_systemd_knows) {
    watch_nginx();
    UnitState failed = running();
    failed.active = failed.sub = "failed";
    failed.result = "exit-code";
    failed.exit_code = 1;
    failed.exit_status = 3;
    service().unit_state(failed);
    EXPECT_THAT(look(), ElementsAre("service.failed"));
    EXPECT_EQ(data()["service"], "nginx");
    EXPECT_EQ(data()["service_name"], "nginx");
    EXPECT_EQ(data()["unit"], "nginx.service");
    EXPECT_EQ(data()["old_status"], "active");
    EXPECT_EQ(data()["new_status"], "failed");
    EXPECT_EQ(data()["result"], "exit-code");
    EXPECT_EQ(data()["exit_code"], 3);
    EXPECT_THAT(look_after(1s), IsEmpty());
}

TEST_F(ServiceWatcherTest, gives_a_stop_a_moment_to_become_a_restart) {
    watch_nginx();
    UnitState stopped = running();
    stopped.active = "inactive";
    service().unit_state(stopped);
    EXPECT_THAT(look(), IsEmpty());
    ASSERT_TRUE(again);
    service().unit_state(running("b"));
    EXPECT_THAT(look_after(50ms), ElementsAre("service.restarted"));
    service().unit_state(stopped);
    EXPECT_THAT(look(), IsEmpty());
    EXPECT_THAT(look_after(200ms), ElementsAre("service.stopped"));
    service().unit_state(running("c"));
    EXPECT_THAT(look(), ElementsAre("service.started"));
}

TEST_F(ServiceWatcherTest, tells_when_the_unit_file_changes) {
    watch_nginx();
    folder.write("nginx.service", "[Service]\nNice=5");
    service().unit_state(running());
    EXPECT_THAT(look(), ElementsAre("service.reconfigured"));
    EXPECT_EQ(data()["unit_file"], folder.path("nginx.service"));
    UnitState disabled = running();
    disabled.file_state = "disabled";
    service().unit_state(disabled);
    EXPECT_THAT(look(), ElementsAre("service.reconfigured"));
    EXPECT_EQ(data()["old_unit_file_state"], "enabled");
    EXPECT_EQ(data()["unit_file_state"], "disabled");
}

TEST_F(ServiceWatcherTest, tells_what_happened_while_the_agent_was_down_as_inferred) {
    watch_nginx();
    restart();
    UnitState failed = running();
    failed.active = "failed";
    service().unit_state(failed);
    EXPECT_THAT(look(), ElementsAre("service.failed"));
    EXPECT_TRUE(sightings[0].inferred);
}

TEST_F(ServiceWatcherTest, says_that_there_is_no_bus_and_no_unit) {
    const auto probed = probe(
        spec = *parse_watcher_spec(R"({"type":"service","name":"nginx","conditions":["failed"]})"),
        context());
    ASSERT_FALSE(probed);
    EXPECT_EQ(probed.error().code, Code::invalid);
    EXPECT_THAT(probed.error().message, HasSubstr("/nowhere/bus"));
    ASSERT_TRUE(make({{"type", "service"}, {"name", "nginx"}, {"conditions", {"failed"}}}));
    EXPECT_THAT(look(), ElementsAre("error"));
    service().unit_state({.load = "not-found", .active = "inactive"});
    EXPECT_THAT(look(), ElementsAre("error"));
    EXPECT_EQ(error.code, Code::not_found);
    EXPECT_THAT(error.message, HasSubstr("nginx.service"));
}

TEST_F(ServiceWatcherTest, says_that_it_may_have_missed_something_when_systemd_was_away) {
    watch_nginx();
    service().bus_lost({Code::failed, "systemd has left", {}});
    EXPECT_THAT(look(), ElementsAre("error"));
    service().unit_state(running("b"));
    EXPECT_THAT(look(), ElementsAre("service.restarted"));
    EXPECT_THAT(gap, HasSubstr("systemd"));
}

TEST(UnitName, is_that_of_a_service_unless_it_says_otherwise) {
    EXPECT_EQ(unit_name("nginx"), "nginx.service");
    EXPECT_EQ(unit_name("php8.2-fpm"), "php8.2-fpm.service");
    EXPECT_EQ(unit_name("backup.timer"), "backup.timer");
}

}  // namespace
}  // namespace sloth
