// What every AgentStore must do.
#pragma once

#include "tests/contract/contract.h"

namespace sloth {

using AgentStoreContract = StoreContract;

TEST_P(AgentStoreContract, keeps_agents_by_name_and_their_first_registration) {
    Agent web;
    web.name = "web-01";
    web.address = "unix";
    web.status = AgentStatus::connected;
    web.version = "1.0";
    web.tags = {"a", "b"};
    web.system_info = R"({"os":"linux"})";
    web.registered_at = clock.wall();
    EXPECT_EQ(store->agents().upsert(web), true);
    EXPECT_EQ(store->agents().get("web-01"), web);
    Agent again = web;
    again.version = "1.1";
    again.registered_at += 5s;
    again.last_heartbeat = clock.wall();
    EXPECT_EQ(store->agents().upsert(again), false);
    again.registered_at = web.registered_at;
    EXPECT_EQ(store->agents().get("web-01"), again);
}

TEST_P(AgentStoreContract, changes_the_status_of_known_agents_only) {
    Agent web;
    web.name = "web-01";
    ASSERT_TRUE(store->agents().upsert(web));
    const WallTime now = clock.wall();
    ASSERT_TRUE(store->agents().set_status("web-01", AgentStatus::lost, now));
    EXPECT_EQ(store->agents().get("web-01")->status, AgentStatus::lost);
    EXPECT_EQ(store->agents().get("web-01")->last_heartbeat, now);
    const auto unknown = store->agents().set_status("db", AgentStatus::lost, now);
    EXPECT_EQ(unknown.error().code, Code::not_found);
}

TEST_P(AgentStoreContract, lists_by_name_and_forgets) {
    for (const auto* name : {"b", "a"}) {
        Agent agent;
        agent.name = name;
        ASSERT_TRUE(store->agents().upsert(agent));
    }
    EXPECT_EQ(store->agents().list()->front().name, "a");
    ASSERT_TRUE(store->agents().erase("a"));
    EXPECT_EQ(store->agents().list()->size(), 1u);
    EXPECT_EQ(store->agents().get("a").error().code, Code::not_found);
    EXPECT_EQ(store->agents().erase("a").error().code, Code::not_found);
}

}  // namespace sloth
