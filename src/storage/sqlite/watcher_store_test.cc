#include "storage/sqlite/watcher_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fakes/temp_folder.h"

namespace sloth {
namespace {

using testing::HasSubstr;

class SeededRandom final : public Random {
 public:
    uint64_t next() override { return next_ += 0x9e3779b97f4a7c15; }

 private:
    uint64_t next_ = 1;
};

const WallTime kSince = from_micros(1'763'900'000'000'005);
constexpr uint64_t kMany = 1 << 30;

Event an_event(const std::string& id) {
    return {.id = id,
            .type = "file.modified",
            .stack = "web",
            .agent = "web-01",
            .source = "agent:web-01",
            .data = R"({"path":"/x"})",
            .timestamp = from_micros(1'763'900'000'000'001)};
}

WatcherSpec a_watcher(const std::string& id) {
    return {.id = id,
            .type = "file",
            .conditions = {"modified"},
            .path = "/etc/hosts",
            .interval = 250ms,
            .created_at = from_micros(1'763'900'000'000'000)};
}

struct WatcherStoreTest : testing::Test {
    WatcherStoreTest() { reopen(); }
    void reopen() {
        store.reset();
        auto opened = SqliteWatcherStore::open(folder.path("agent.db"), random);
        ASSERT_TRUE(opened) << opened.error().message;
        store = std::move(*opened);
    }
    void put(const Observation& observation) {
        const auto stored = store->store({&observation, 1});
        ASSERT_TRUE(stored) << stored.error().message;
    }

    TempFolder folder;
    SeededRandom random;
    std::unique_ptr<SqliteWatcherStore> store;
};

TEST_F(WatcherStoreTest, keeps_watchers_and_baselines) {
    ASSERT_TRUE(store->save(a_watcher("watcher-1"), kSince));
    EXPECT_EQ(*store->baseline("watcher-1"), std::nullopt);
    put({"watcher-1", "{\"seen\":1}", {}});
    WatcherSpec changed = a_watcher("watcher-1");
    changed.path = "/etc/passwd";
    ASSERT_TRUE(store->save(changed, kSince));
    reopen();
    ASSERT_EQ(store->watchers()->size(), 1u);
    EXPECT_EQ(store->watchers()->front(), changed);
    EXPECT_EQ(*store->baseline("watcher-1"), "{\"seen\":1}");
    ASSERT_TRUE(store->erase("watcher-1"));
    EXPECT_EQ(store->erase("watcher-1").error().code, Code::not_found);
    EXPECT_TRUE(store->watchers()->empty());
}

TEST_F(WatcherStoreTest, forgets_nothing_of_a_watcher_that_it_cannot_change) {
    ASSERT_TRUE(store->save(a_watcher("watcher-1"), kSince));
    put({"watcher-1", "{\"seen\":1}", {}});
    {
        auto db = Database::open(folder.path("agent.db"), Database::Mode::read_write);
        ASSERT_TRUE(
            db->exec("CREATE TRIGGER full BEFORE UPDATE OF baseline ON watchers "
                     "BEGIN SELECT RAISE(ABORT, 'no room'); END"));
    }
    WatcherSpec changed = a_watcher("watcher-1");
    changed.enabled = false;
    EXPECT_FALSE(store->save_anew(changed, kSince));
    EXPECT_EQ(store->watchers()->front(), a_watcher("watcher-1"));
    EXPECT_EQ(*store->baseline("watcher-1"), "{\"seen\":1}");
}

TEST_F(WatcherStoreTest, keeps_events_in_order_until_they_are_acknowledged) {
    ASSERT_TRUE(store->save(a_watcher("watcher-1"), kSince));
    put({"watcher-1", "{}", {an_event("a"), an_event("b")}});
    put({"", "", {an_event("c")}});
    EXPECT_EQ(store->outbox_size().events, 3u);
    const auto all = store->unsent(0, 10, kMany);
    ASSERT_EQ(all->size(), 3u);
    EXPECT_EQ((*all)[0].event, an_event("a"));
    EXPECT_EQ((*all)[2].event.id, "c");
    EXPECT_LT((*all)[0].sequence, (*all)[1].sequence);
    ASSERT_TRUE(store->acknowledge((*all)[1].sequence));
    EXPECT_EQ(store->outbox_size().events, 1u);
    EXPECT_EQ(store->unsent(0, 10, kMany)->front().event.id, "c");
    EXPECT_EQ(store->watchers()->front().last_event, an_event("a").timestamp);
}

TEST_F(WatcherStoreTest, never_gives_a_sequence_twice) {
    put({"", "", {an_event("a"), an_event("b")}});
    const uint64_t last = store->unsent(0, 10, kMany)->back().sequence;
    ASSERT_TRUE(store->acknowledge(last));
    const std::string epoch = store->epoch();
    reopen();
    EXPECT_EQ(store->epoch(), epoch);
    put({"", "", {an_event("c")}});
    EXPECT_GT(store->unsent(0, 10, kMany)->front().sequence, last);
}

TEST_F(WatcherStoreTest, begins_a_new_epoch_with_a_new_file) {
    const std::string epoch = store->epoch();
    store.reset();
    for (const char* name : {"agent.db", "agent.db-wal", "agent.db-shm"}) folder.remove(name);
    reopen();
    EXPECT_NE(store->epoch(), epoch);
}

// Between store() and the acknowledgement the process dies without a chance to tidy up.
TEST_F(WatcherStoreTest, has_everything_that_was_stored_before_a_kill) {
    ASSERT_TRUE(store->save(a_watcher("watcher-1"), kSince));
    store.reset();
    const pid_t child = ::fork();
    if (child == 0) {
        auto mine = SqliteWatcherStore::open(folder.path("agent.db"), random);
        const Observation observation{"watcher-1", "{\"n\":1}", {an_event("a"), an_event("b")}};
        const bool ok = mine && (*mine)->store({&observation, 1});
        if (ok) ::kill(::getpid(), SIGKILL);
        ::_exit(1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    reopen();
    EXPECT_EQ(store->unsent(0, 10, kMany)->size(), 2u);
    EXPECT_EQ(*store->baseline("watcher-1"), "{\"n\":1}");
}

TEST_F(WatcherStoreTest, stores_all_observations_of_a_pass_or_none) {
    ASSERT_TRUE(store->save(a_watcher("watcher-1"), kSince));
    auto db = Database::open(folder.path("agent.db"), Database::Mode::read_write);
    ASSERT_TRUE(
        db->exec("CREATE TRIGGER broken BEFORE INSERT ON outbox WHEN new.id = 'bad' "
                 "BEGIN SELECT raise(FAIL, 'no'); END"));
    const std::vector<Observation> both{{"watcher-1", "{\"n\":1}", {an_event("good")}},
                                        {"", "", {an_event("bad")}}};
    EXPECT_FALSE(store->store(both));
    EXPECT_EQ(store->outbox_size(), OutboxSize{});
    EXPECT_TRUE(store->unsent(0, 10, kMany)->empty());
    EXPECT_EQ(*store->baseline("watcher-1"), std::nullopt);
}

TEST_F(WatcherStoreTest, refuses_the_file_of_a_newer_version) {
    store.reset();
    auto db = Database::open(folder.path("agent.db"), Database::Mode::read_write);
    ASSERT_TRUE(db->exec("PRAGMA user_version = 99"));
    const auto opened = SqliteWatcherStore::open(folder.path("agent.db"), random);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::conflict);
    EXPECT_THAT(opened.error().message, HasSubstr("99"));
}

TEST_F(WatcherStoreTest, counts_again_what_is_there_when_it_is_opened) {
    ASSERT_TRUE(store->save(a_watcher("watcher-1"), kSince));
    put({"watcher-1", "{}", {an_event("a"), an_event("b"), an_event("c")}, kSince + 1s});
    put({"", {}, {an_event("d")}});
    put({"watcher-1", {}, {}, {}, {{kSince, kSince + 1s, "why"}}});
    const std::vector<uint64_t> gone{1};
    ASSERT_TRUE(store->drop(gone, an_event("said")));
    ASSERT_TRUE(store->acknowledge(2));
    const OutboxSize size = store->outbox_size();
    const WatcherRecord record = *store->record("watcher-1");
    reopen();
    EXPECT_EQ(store->outbox_size(), size);
    EXPECT_EQ(size.events, 3u);
    EXPECT_EQ(size.dropped, 1u);
    EXPECT_EQ(*store->record("watcher-1"), record);
    EXPECT_EQ(record.waiting, 1);
}

// As the version before wrote it.
constexpr const char* kSchema1 = R"sql(
CREATE TABLE watchers (id TEXT PRIMARY KEY, type TEXT NOT NULL, config TEXT NOT NULL,
    enabled INTEGER DEFAULT 1, created_at INTEGER NOT NULL, last_check INTEGER,
    last_event INTEGER, baseline TEXT);
CREATE INDEX idx_watchers_type ON watchers(type);
CREATE INDEX idx_watchers_enabled ON watchers(enabled);
CREATE TABLE outbox (sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL,
    type TEXT NOT NULL, stack TEXT, agent TEXT, run_id TEXT, source TEXT, ordering_key TEXT,
    dedup_key TEXT, data TEXT NOT NULL, timestamp INTEGER NOT NULL);
CREATE TABLE outbox_epoch (epoch TEXT NOT NULL);
INSERT INTO outbox_epoch VALUES ('e1');
INSERT INTO watchers VALUES ('watcher-1', 'file',
    '{"id":"watcher-1","type":"file","conditions":["modified"],"path":"/x"}',
    1, 1000, 5000, 4000, '{"n":1}');
INSERT INTO outbox VALUES (7, 'a', 'file.modified', 'web', NULL, NULL, NULL, NULL, NULL,
    '{"watcher_id":"watcher-1","path":"/ü"}', 3000);
INSERT INTO outbox VALUES (8, 'b', 'service.failed', NULL, NULL, NULL, NULL, NULL, NULL,
    '{"watcher_id":"watcher-1"}', 4000);
INSERT INTO outbox VALUES (9, 'c', 'agent.outbox_overflow', NULL, NULL, NULL, NULL, NULL, NULL,
    'damaged', 4000);
PRAGMA user_version = 1;
)sql";

struct OlderWatcherStoreTest : WatcherStoreTest {
    OlderWatcherStoreTest() {
        store.reset();
        for (const char* name : {"agent.db", "agent.db-wal", "agent.db-shm"}) folder.remove(name);
        auto db = Database::open(folder.path("agent.db"), Database::Mode::read_write);
        EXPECT_TRUE(db->exec(kSchema1));
    }
};

TEST_F(OlderWatcherStoreTest, is_brought_forward_with_all_that_it_has) {
    reopen();
    EXPECT_EQ(store->epoch(), "e1");
    const auto entries = *store->unsent(0, 10, kMany);
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_EQ(entries[0].sequence, 7u);
    uint64_t bytes = 0;
    for (const OutboxEntry& entry : entries) bytes += outbox_bytes(entry.event);
    EXPECT_EQ(store->outbox_size(), (OutboxSize{3, bytes, 0}));
    const auto heads = *store->heads(WatcherStore::Order::expendable, 10);
    EXPECT_EQ(heads[0].sequence, 7u);
    EXPECT_EQ(heads[0].watcher_id, "watcher-1");
    EXPECT_EQ(heads[2].watcher_id, "");

    EXPECT_EQ(*store->baseline("watcher-1"), "{\"n\":1}");
    EXPECT_EQ(store->watchers()->front().last_check, from_micros(5000));
    const WatcherRecord record = *store->record("watcher-1");
    EXPECT_EQ(record.since, from_micros(4000));
    EXPECT_EQ(record.until, from_micros(5000));
    EXPECT_EQ(record.sequence, 0);
    EXPECT_EQ(record.waiting, 2);
    put({"watcher-1", "{}", {an_event("d")}});
    EXPECT_EQ(store->unsent(9, 10, kMany)->front().sequence, 10u);
    reopen();
    EXPECT_EQ(store->record("watcher-1")->sequence, 1);
}

TEST_F(OlderWatcherStoreTest, stays_as_it_was_when_the_step_fails) {
    {
        auto db = Database::open(folder.path("agent.db"), Database::Mode::read_write);
        ASSERT_TRUE(db->exec("CREATE TABLE watcher_doubts (in_the_way INTEGER)"));
    }
    EXPECT_FALSE(SqliteWatcherStore::open(folder.path("agent.db"), random));
    {
        auto db = Database::open(folder.path("agent.db"), Database::Mode::read_write);
        auto version = db->prepare("PRAGMA user_version");
        ASSERT_TRUE(*version->step());
        EXPECT_EQ(version->integer(0), 1);
        version->reset();
        EXPECT_FALSE(db->prepare("SELECT since FROM watchers"));
        ASSERT_TRUE(db->exec("DROP TABLE watcher_doubts"));
    }
    reopen();
    EXPECT_EQ(store->outbox_size().events, 3u);
}

TEST_F(WatcherStoreTest, answers_the_specifications_queries) {
    ASSERT_TRUE(store->save(a_watcher("watcher-1"), kSince));
    auto db = Database::open(folder.path("agent.db"), Database::Mode::read_only);
    auto query = db->prepare(
        "SELECT id, type, config, enabled, created_at, last_check, last_event FROM watchers");
    ASSERT_TRUE(query) << query.error().message;
    ASSERT_TRUE(*query->step());
    EXPECT_EQ(query->text(0), "watcher-1");
    EXPECT_EQ(query->integer(3), 1);
}

}  // namespace
}  // namespace sloth
