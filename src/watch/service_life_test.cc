#include "watch/service_life.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sloth {
namespace {

using testing::ElementsAre;

UnitState unit(std::string active, std::string invocation = "a", uint32_t restarts = 0) {
    return {.active = std::move(active), .invocation = std::move(invocation), .restarts = restarts};
}

const ServiceLife::Memory kRunning{"active", "a", 0};
const ServiceLife::Memory kStopped{"inactive", "a", 0};

std::vector<std::string> told(ServiceLife::Memory memory, std::vector<UnitState> states) {
    ServiceLife life(std::move(memory));
    for (const UnitState& state : states) life.take(state);
    if (life.in_doubt()) life.settle();
    std::vector<std::string> kinds;
    for (const ServiceEvent& event : life.events()) kinds.push_back(event.kind);
    return kinds;
}

TEST(ServiceLifeTest, tells_of_starts_stops_and_failures) {
    EXPECT_THAT(told(kStopped, {unit("activating", "b"), unit("active", "b")}),
                ElementsAre("started"));
    EXPECT_THAT(told(kRunning, {unit("deactivating"), unit("inactive")}), ElementsAre("stopped"));
    EXPECT_THAT(told(kRunning, {unit("failed")}), ElementsAre("failed"));
    EXPECT_THAT(told(kStopped, {unit("activating", "b"), unit("failed", "b")}),
                ElementsAre("failed"));
    EXPECT_THAT(told({"failed", "a", 0}, {unit("inactive", "")}), ElementsAre()) << "reset-failed";
}

TEST(ServiceLifeTest, takes_a_stop_that_a_start_follows_for_a_restart) {
    EXPECT_THAT(told(kRunning, {unit("deactivating"), unit("inactive"), unit("activating", "b"),
                                unit("active", "b")}),
                ElementsAre("restarted"));
    EXPECT_THAT(told(kRunning, {unit("inactive"), unit("activating", "b"), unit("failed", "b")}),
                ElementsAre("failed"));
    EXPECT_THAT(told(kRunning, {unit("inactive"), unit("activating", "b"), unit("inactive", "b")}),
                ElementsAre("stopped"));
}

TEST(ServiceLifeTest, sees_a_restart_by_the_invocation_and_by_systemds_count) {
    EXPECT_THAT(told(kRunning, {unit("active", "b", 1)}), ElementsAre("restarted"));
    EXPECT_THAT(told(kRunning, {unit("activating", "a"), unit("active", "b", 1)}),
                ElementsAre("restarted"));
    EXPECT_THAT(told({"failed", "a", 0}, {unit("active", "b", 1)}), ElementsAre("restarted"));
    EXPECT_THAT(told({"failed", "a", 0}, {unit("active", "b", 0)}), ElementsAre("started"));
    // As systemd 252 does it.
    EXPECT_THAT(told(kRunning, {unit("failed"), unit("activating", "a"), unit("activating", "a", 1),
                                unit("inactive", "", 1), unit("active", "b", 1)}),
                ElementsAre("failed", "restarted"));
    EXPECT_THAT(told(kRunning, {unit("reloading"), unit("active")}), ElementsAre());
}

TEST(ServiceLifeTest, takes_the_first_state_for_given) {
    EXPECT_THAT(told({}, {unit("active")}), ElementsAre());
    EXPECT_THAT(told({}, {unit("failed")}), ElementsAre());
    EXPECT_THAT(told({}, {unit("activating"), unit("active")}), ElementsAre("started"));
}

TEST(ServiceLifeTest, is_in_doubt_until_it_knows_whether_a_stop_is_half_a_restart) {
    ServiceLife life(kRunning);
    life.take(unit("inactive"));
    EXPECT_TRUE(life.in_doubt());
    EXPECT_EQ(life.events().size(), 0u);
    life.take(unit("activating", "b"));
    EXPECT_FALSE(life.in_doubt());
    life.take(unit("active", "b"));
    ASSERT_EQ(life.events().size(), 1u);
    EXPECT_EQ(life.events()[0].old_status, "active");
    EXPECT_EQ(life.memory(), (ServiceLife::Memory{"active", "b", 0}));
}

}  // namespace
}  // namespace sloth
