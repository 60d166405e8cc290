#include "storage/sqlite/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <future>
#include <thread>

#include "storage/sqlite/database.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temp_folder.h"

namespace sloth {
namespace {

struct SqliteStoreTest : testing::Test {
    TempFolder folder;
    FakeClock clock;

    std::filesystem::path file() const { return folder.path() / "master.db"; }
    std::unique_ptr<SqliteStore> open() {
        auto opened = SqliteStore::open(folder.path(), clock);
        if (!opened) ADD_FAILURE() << opened.error().message;
        return opened ? std::move(*opened) : nullptr;
    }
    Error refused(SqliteStore::Options options = {}) {
        const auto opened = SqliteStore::open(folder.path(), clock, std::move(options));
        EXPECT_FALSE(opened.has_value());
        return opened ? Error{} : opened.error();
    }
    void append(SqliteStore& store, const std::string& id, size_t size = 10) {
        std::promise<bool> done;
        std::vector<Event> one(1);
        one[0].id = id;
        one[0].type = "a.b";
        one[0].data = R"({"x":")" + std::string(size, 'x') + R"("})";
        store.events().append(std::move(one), {}, [&](Result<AppendResults> r) {
            done.set_value(r.has_value() && r->front().has_value());
        });
        EXPECT_TRUE(done.get_future().get());
    }
    void overwrite(std::streamoff at, size_t bytes) {
        std::fstream out(file(), std::ios::in | std::ios::out | std::ios::binary);
        out.seekp(at);
        out << std::string(bytes, '\xff');
    }
    // The files of a process that was killed.
    void kill(std::unique_ptr<SqliteStore> store) {
        const TempFolder copy;
        const auto over = std::filesystem::copy_options::overwrite_existing;
        for (const auto* name : {"master.db", "master.db-wal"}) {
            std::filesystem::copy_file(folder.path() / name, copy.path() / name, over);
        }
        store.reset();
        for (const auto* name : {"master.db", "master.db-wal"}) {
            std::filesystem::copy_file(copy.path() / name, folder.path() / name, over);
        }
    }
};

TEST_F(SqliteStoreTest, begins_a_new_epoch_with_every_life_and_knows_how_the_last_one_ended) {
    auto store = open();
    EXPECT_EQ(store->events().epoch(), 1);
    EXPECT_TRUE(store->was_clean());
    store.reset();
    store = open();
    EXPECT_EQ(store->events().epoch(), 2);
    EXPECT_TRUE(store->was_clean());
    kill(std::move(store));
    store = open();
    EXPECT_EQ(store->events().epoch(), 3);
    EXPECT_FALSE(store->was_clean());
}

TEST_F(SqliteStoreTest, keeps_its_files_from_other_users) {
    const auto store = open();
    append(*store, "a");
    for (const auto* name : {"master.db", "master.db-wal", "master.db-shm"}) {
        struct stat info{};
        ASSERT_EQ(::stat((folder.path() / name).c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 0777, 0600u) << name;
    }
}

TEST_F(SqliteStoreTest, leaves_one_file_behind_after_an_orderly_close) {
    auto store = open();
    append(*store, "a");
    EXPECT_TRUE(store->events().get(1).has_value());
    store.reset();
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "master.db-wal"));
}

TEST_F(SqliteStoreTest, refuses_a_file_that_is_no_database_with_advice) {
    std::ofstream(file()) << std::string(10'000, 'x');
    const Error error = refused();
    EXPECT_EQ(error.code, Code::corrupt);
    EXPECT_NE(error.message.find("master.db"), std::string::npos);
    EXPECT_FALSE(error.hint.empty());
}

TEST_F(SqliteStoreTest, finds_a_damaged_page_after_an_unclean_stop) {
    auto store = open();
    for (int i = 0; i < 50; ++i) append(*store, "e" + std::to_string(i), 2000);
    store.reset();
    kill(open());
    overwrite(std::streamoff(std::filesystem::file_size(file())) - 3 * 4096, 4096);
    const Error error = refused();
    EXPECT_EQ(error.code, Code::corrupt);
    EXPECT_FALSE(error.hint.empty());
}

TEST_F(SqliteStoreTest, refuses_a_newer_schema_and_leaves_it_untouched) {
    open().reset();
    {
        auto db = Database::open(file(), Database::Mode::read_write);
        ASSERT_TRUE(db->exec("PRAGMA user_version=99"));
    }
    EXPECT_EQ(refused().code, Code::refused);
    auto db = Database::open(file(), Database::Mode::read_only);
    auto epoch = db->prepare("SELECT value FROM meta WHERE key='epoch'");
    ASSERT_TRUE(*epoch->step());
    EXPECT_EQ(epoch->integer(0), 1);
}

TEST_F(SqliteStoreTest, shares_commits_between_concurrent_callers) {
    const auto store = open();
    const int64_t before = store->commits();
    constexpr int kEach = 250;
    constexpr int kThreads = 4;
    std::atomic<int> acknowledged = 0;
    std::promise<void> all;
    std::vector<std::thread> callers;
    for (int t = 0; t < kThreads; ++t) {
        callers.emplace_back([&, t] {
            for (int i = 0; i < kEach; ++i) {
                std::vector<Event> one(1);
                one[0].id = std::to_string(t) + "-" + std::to_string(i);
                one[0].type = "a.b";
                store->events().append(std::move(one), {}, [&](Result<AppendResults> r) {
                    EXPECT_TRUE(r && r->front());
                    if (++acknowledged == kEach * kThreads) all.set_value();
                });
            }
        });
    }
    for (auto& caller : callers) caller.join();
    all.get_future().wait();
    EXPECT_LT(store->commits() - before, kEach * kThreads / 4);
    EXPECT_EQ(store->events().counts()->total, kEach * kThreads);
}

TEST_F(SqliteStoreTest, settles_what_waits_before_it_closes) {
    auto store = open();
    std::atomic<int> settled = 0;
    for (int i = 0; i < 100; ++i) {
        std::vector<Event> one(1);
        one[0].id = std::to_string(i);
        one[0].type = "a.b";
        store->events().append(std::move(one), {}, [&](auto) { ++settled; });
    }
    store.reset();
    EXPECT_EQ(settled, 100);
    EXPECT_EQ(open()->events().counts()->total, 100);
}

TEST_F(SqliteStoreTest, stores_empty_optional_columns_as_null) {
    auto store = open();
    append(*store, "a");
    store.reset();
    auto db = Database::open(file(), Database::Mode::read_only);
    auto nulls = db->prepare(
        "SELECT error IS NULL AND processed_at IS NULL AND stack IS NULL AND agent IS NULL AND "
        "run_id IS NULL AND ordering_key IS NULL AND parent_id IS NULL FROM events");
    ASSERT_TRUE(*nulls->step());
    EXPECT_EQ(nulls->integer(0), 1);
}

}  // namespace
}  // namespace sloth
