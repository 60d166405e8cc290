// What every AgentWatcherStore must do.
#pragma once

#include "tests/contract/contract.h"

namespace sloth {

using AgentWatcherContract = StoreContract;

inline AgentWatcher wanted_watcher(const std::string& agent, const std::string& id,
                                   WallTime created_at) {
    AgentWatcher watcher;
    watcher.agent = agent;
    watcher.spec = {.id = id,
                    .revision = 1,
                    .label = "hosts",
                    .type = "file",
                    .conditions = {"modified"},
                    .path = "/etc/hosts",
                    .created_at = created_at};
    return watcher;
}

TEST_P(AgentWatcherContract, keeps_what_is_wanted_of_each_agent_also_after_a_crash) {
    AgentWatcher first = wanted_watcher("web", "watcher-b", clock.wall());
    const AgentWatcher second = wanted_watcher("web", "watcher-a", clock.wall() + 1s);
    ASSERT_TRUE(store->agent_watchers().put(second));
    ASSERT_TRUE(store->agent_watchers().put(first));
    ASSERT_TRUE(store->agent_watchers().put(wanted_watcher("db", "watcher-c", clock.wall())));
    first.spec.revision = 2;
    first.spec.path = "/etc/passwd";
    first.pending = AgentWatcher::Pending::put;
    first.refusal = "no such folder";
    ASSERT_TRUE(store->agent_watchers().put(first));
    store->crash();
    EXPECT_EQ(*store->agent_watchers().list("web"), (std::vector<AgentWatcher>{first, second}));
    EXPECT_EQ(store->agent_watchers().list("db")->size(), 1u);
    EXPECT_TRUE(store->agent_watchers().list("none")->empty());
}

TEST_P(AgentWatcherContract, keeps_nothing_that_only_the_agent_knows) {
    AgentWatcher watcher = wanted_watcher("web", "watcher-a", clock.wall());
    watcher.spec.last_check = clock.wall();
    watcher.spec.last_event = clock.wall();
    watcher.spec.last_error = "gone";
    ASSERT_TRUE(store->agent_watchers().put(watcher));
    EXPECT_EQ(store->agent_watchers().list("web")->front(),
              wanted_watcher("web", "watcher-a", watcher.spec.created_at));
}

TEST_P(AgentWatcherContract, forgets_what_is_erased) {
    ASSERT_TRUE(store->agent_watchers().put(wanted_watcher("web", "watcher-a", clock.wall())));
    ASSERT_TRUE(store->agent_watchers().erase("web", "watcher-a"));
    ASSERT_TRUE(store->agent_watchers().erase("web", "watcher-a"));
    EXPECT_TRUE(store->agent_watchers().list("web")->empty());
}

}  // namespace sloth
