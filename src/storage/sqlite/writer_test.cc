#include "storage/sqlite/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "storage/sqlite/event_ops.h"
#include "storage/sqlite/migrations.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temp_folder.h"

namespace sloth {
namespace {

constexpr auto kNoWait = std::chrono::milliseconds(0);

// A writer without a thread: step() is the test's.
struct WriterTest : testing::Test {
    TempFolder folder;
    FakeClock clock;
    HeldEvents held;
    sqlite3* raw = nullptr;
    std::vector<Error> fatal;
    std::deque<Result<AppendResults>> outcomes;
    std::unique_ptr<Writer> writer;  // last: it settles what waits when it goes

    void start(Writer::Options options = {}) {
        auto db = Database::open(folder.path() / "x.db", Database::Mode::read_write);
        ASSERT_TRUE(db && migrate(*db, master_migrations(), "x.db"));
        raw = db->handle();
        options.thread = false;
        options.on_fatal = [this](const Error& error) { fatal.push_back(error); };
        auto opened = Writer::open(std::move(*db), held, clock, std::move(options));
        ASSERT_TRUE(opened) << opened.error().message;
        writer = std::move(*opened);
    }

    Event an_event(const std::string& id, size_t size = 10) {
        Event event;
        event.id = event.root_id = id;
        event.type = "a.b";
        event.data = R"({"x":")" + std::string(size, 'x') + R"("})";
        return event;
    }

    // Where the outcome of an append will stand.
    Result<AppendResults>& append(Event event) {
        auto& slot = outcomes.emplace_back(fail(Code::timed_out, "no answer yet"));
        std::vector<Event> one;
        one.push_back(std::move(event));
        writer->submit(std::make_unique<AppendOp>(
            std::move(one), std::nullopt, [&slot](auto result) { slot = std::move(result); }));
        return slot;
    }

    std::string ask(const char* sql) {
        Statement statement;
        auto db = Database::open(folder.path() / "x.db", Database::Mode::read_only);
        statement = *db->prepare(sql);
        return *statement.step() ? statement.text(0) : "no row";
    }
};

TEST_F(WriterTest, puts_all_that_waits_into_one_transaction) {
    start();
    for (int i = 0; i < 500; ++i) append(an_event("e" + std::to_string(i)));
    auto& last = append(an_event("last"));
    ASSERT_TRUE(writer->step(kNoWait));
    EXPECT_EQ(writer->commits(), 1);
    ASSERT_TRUE(last.has_value());
    EXPECT_EQ(last->front()->seq, 501);
}

TEST_F(WriterTest, limits_a_transaction_by_rows_and_by_bytes) {
    start({.max_rows = 2, .max_bytes = 10'000});
    for (int i = 0; i < 4; ++i) append(an_event("small" + std::to_string(i)));
    writer->step(kNoWait);
    writer->step(kNoWait);
    EXPECT_EQ(ask("SELECT count(*) FROM events"), "4");
    EXPECT_EQ(writer->commits(), 2);
    for (int i = 0; i < 2; ++i) append(an_event("large" + std::to_string(i), 20'000));
    writer->step(kNoWait);
    EXPECT_EQ(ask("SELECT count(*) FROM events"), "5");
}

TEST_F(WriterTest, tells_appends_to_come_later_when_too_much_waits_but_never_records) {
    start({.max_waiting = 10'000});
    auto& first = append(an_event("a", 20'000));
    auto& second = append(an_event("b"));
    bool recorded = false;
    writer->submit(std::make_unique<RecordOp>(
        RecordBatch{}, [&](Result<void> r, RecordBatch) { recorded = r.has_value(); }));
    writer->step(kNoWait);
    EXPECT_TRUE(first.has_value());
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, Code::exhausted);
    EXPECT_TRUE(recorded);
    auto& third = append(an_event("c"));
    writer->step(kNoWait);
    EXPECT_TRUE(third.has_value());
}

TEST_F(WriterTest, refuses_what_does_not_fit_on_the_disk_stores_what_does_and_goes_on) {
    start();
    append(an_event("before"));
    writer->step(kNoWait);
    const std::string limit = "PRAGMA max_page_count=" + ask("SELECT page_count+4 FROM "
                                                             "pragma_page_count");
    sqlite3_exec(raw, limit.c_str(), nullptr, nullptr, nullptr);
    auto& small = append(an_event("small"));
    auto& large = append(an_event("large", 500'000));
    writer->step(kNoWait);
    EXPECT_TRUE(small.has_value());
    ASSERT_FALSE(large.has_value());
    EXPECT_EQ(large.error().code, Code::exhausted);
    EXPECT_TRUE(writer->healthy());
    EXPECT_EQ(held.size(), 0u);
    sqlite3_exec(raw, "PRAGMA max_page_count=1000000", nullptr, nullptr, nullptr);
    auto& again = append(an_event("large", 500'000));
    writer->step(kNoWait);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->front()->seq, 3);
    EXPECT_EQ(ask("SELECT group_concat(id) FROM (SELECT id FROM events ORDER BY seq)"),
              "before,small,large");
}

TEST_F(WriterTest, lets_no_call_harm_its_neighbours) {
    start();
    auto& first = append(an_event("a"));
    RecordBatch impossible;  // a run of an event that is not there
    impossible.runs.emplace_back();
    impossible.runs[0].execution.event_id = "nothing";
    Result<void> outcome;
    writer->submit(std::make_unique<RecordOp>(
        std::move(impossible), [&](Result<void> r, RecordBatch) { outcome = std::move(r); }));
    auto& second = append(an_event("b"));
    writer->step(kNoWait);
    EXPECT_FALSE(outcome.has_value());
    ASSERT_TRUE(first.has_value() && second.has_value());
    EXPECT_EQ(second->front()->seq, 2);
    EXPECT_TRUE(writer->healthy());
}

TEST_F(WriterTest, undoes_only_the_refused_call_of_a_shared_transaction) {
    start();
    append(an_event("a"));
    const auto refused = writer->run([](WriteGroup& group) -> Result<void> {
        SLOTH_TRY_VOID(group.db().exec("INSERT INTO state VALUES ('','k','1',0,NULL)"));
        return fail(Code::refused, "no");
    });
    EXPECT_EQ(refused.error().code, Code::refused);
    EXPECT_EQ(writer->commits(), 1);
    EXPECT_EQ(ask("SELECT count(*) FROM state"), "0");
    EXPECT_EQ(ask("SELECT count(*) FROM events"), "1");
}

TEST_F(WriterTest, acknowledges_nothing_more_after_an_io_error) {
    start();
    auto& before = append(an_event("a"));
    writer->step(kNoWait);
    ASSERT_TRUE(before.has_value());
    const auto broken = writer->run(
        [](WriteGroup&) -> Result<void> { return fail(Code::corrupt, "the disk did not flush"); });
    EXPECT_EQ(broken.error().code, Code::corrupt);
    EXPECT_FALSE(writer->healthy());
    ASSERT_EQ(fatal.size(), 1u);
    auto& after = append(an_event("b"));
    writer->step(kNoWait);
    ASSERT_FALSE(after.has_value());
    EXPECT_EQ(after.error().code, Code::corrupt);
    EXPECT_EQ(fatal.size(), 1u);
    EXPECT_EQ(ask("SELECT count(*) FROM events"), "1");
}

TEST_F(WriterTest, writes_the_log_back_when_idle) {
    start();
    append(an_event("a", 100'000));
    writer->step(kNoWait);
    EXPECT_LT(std::filesystem::file_size(folder.path() / "x.db"),
              std::filesystem::file_size(folder.path() / "x.db-wal"));
    const auto before = std::filesystem::file_size(folder.path() / "x.db");
    writer->step(kNoWait);
    EXPECT_GT(std::filesystem::file_size(folder.path() / "x.db"), before);
}

}  // namespace
}  // namespace sloth
