#include "storage/sqlite/agent_watchers.h"

#include <gtest/gtest.h>

#include <future>

#include "storage/sqlite/store.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temp_folder.h"

namespace sloth {
namespace {

// What the contract says is tested there; here, what needs events.
struct AgentWatchersTest : testing::Test {
    void append(const std::string& agent, const std::string& watcher, int64_t sequence) {
        Event event;
        event.id = fmt::format("{}-{}-{}", agent, watcher, sequence);
        event.type = "file.modified";
        event.agent = agent;
        event.data =
            fmt::format(R"({{"watcher_id":"{}","watcher_epoch":"e1","watcher_sequence":{}}})",
                        watcher, sequence);
        event.root_id = event.id;
        event.timestamp = event.created_at = clock.wall();
        std::promise<void> stored;
        (*store)->events().append({event}, {}, [&](Result<AppendResults> results) {
            EXPECT_TRUE(results);
            stored.set_value();
        });
        stored.get_future().wait();
    }

    TempFolder folder;
    FakeClock clock;
    Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(folder.path(""), clock);
};

TEST_F(AgentWatchersTest, tells_which_numbers_of_a_watcher_are_stored) {
    ASSERT_TRUE(store) << store.error().message;
    for (const int64_t n : {1, 2, 5, 6, 9}) append("web", "w1", n);
    append("web", "w2", 3);
    append("db", "w1", 4);
    const auto found = (*store)->agent_watchers().stored("web", "w1", "e1");
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(*found,
              (StoredSequences{.first = 1, .last = 9, .count = 5, .missing = {{3, 4}, {7, 8}}}));
    EXPECT_EQ((*store)->agent_watchers().stored("web", "w1", "e2")->count, 0);
    EXPECT_EQ((*store)->agent_watchers().stored("none", "w1", "e1")->count, 0);
}

}  // namespace
}  // namespace sloth
