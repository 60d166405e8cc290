#include "storage/sqlite/migrations.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/fakes/temp_folder.h"

namespace sloth {
namespace {

constexpr std::array<Migration, 2> kTwo{{
    {1, "CREATE TABLE thing (a TEXT); INSERT INTO thing VALUES ('kept')"},
    {2, "ALTER TABLE thing ADD COLUMN b TEXT DEFAULT 'new'"},
}};
constexpr std::array<Migration, 2> kBroken{{
    kTwo[0],
    {2, "CREATE TABLE other (a TEXT); INSERT INTO nowhere VALUES (1)"},
}};

struct MigrationsTest : testing::Test {
    TempFolder folder;
    Database db = *Database::open(folder.path() / "x.db", Database::Mode::read_write);

    std::string ask(const char* sql) {
        auto statement = db.prepare(sql);
        if (!statement) return statement.error().message;
        const auto row = statement->step();
        return row && *row ? statement->text(0) : "no row";
    }
};

TEST_F(MigrationsTest, bring_an_older_schema_up_to_date_and_keep_its_rows) {
    ASSERT_TRUE(migrate(db, std::span(kTwo).first(1), "x.db"));
    ASSERT_TRUE(migrate(db, kTwo, "x.db"));
    EXPECT_EQ(schema_version(db), 2);
    EXPECT_EQ(ask("SELECT a || b FROM thing"), "keptnew");
    ASSERT_TRUE(migrate(db, kTwo, "x.db"));
}

TEST_F(MigrationsTest, refuse_a_newer_schema_and_leave_it_untouched) {
    ASSERT_TRUE(migrate(db, kTwo, "x.db"));
    const auto refused = migrate(db, std::span(kTwo).first(1), "x.db");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Code::refused);
    EXPECT_NE(refused.error().message.find("version 2"), std::string::npos);
    EXPECT_EQ(schema_version(db), 2);
}

TEST_F(MigrationsTest, refuse_a_database_of_another_program) {
    ASSERT_TRUE(db.exec("CREATE TABLE theirs (a)"));
    const auto refused = migrate(db, kTwo, "x.db");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Code::refused);
    EXPECT_EQ(ask("SELECT count(*) FROM sqlite_schema"), "1");
}

TEST_F(MigrationsTest, leave_the_schema_before_a_step_that_fails) {
    const auto failed = migrate(db, kBroken, "x.db");
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(schema_version(db), 1);
    EXPECT_EQ(ask("SELECT count(*) FROM sqlite_schema WHERE name='other'"), "0");
    EXPECT_EQ(ask("SELECT a FROM thing"), "kept");
}

TEST_F(MigrationsTest, make_a_schema_that_answers_the_published_queries) {
    ASSERT_TRUE(migrate(db, master_migrations(), "x.db"));
    for (const auto* sql : {
             "SELECT id, type, data, status, error, timestamp, created_at, processed_at FROM "
             "events",
             "SELECT id, name, description, event_type, file_path, stack, enabled, created_at, "
             "updated_at, last_run, run_count FROM hooks",
             "SELECT e.id, e.type, x.hook_name, x.success, x.output, x.error, x.duration_ms, "
             "x.executed_at FROM events e JOIN event_hook_executions x ON x.event_id=e.id JOIN "
             "hooks h ON h.id=x.hook_id",
         }) {
        EXPECT_EQ(ask(sql), "no row") << sql;
    }
    for (const auto* index :
         {"idx_events_status", "idx_events_type", "idx_events_created_at", "idx_hooks_event_type",
          "idx_hooks_stack", "idx_event_hook_executions_event_id",
          "idx_event_hook_executions_hook_id"}) {
        const auto sql = fmt::format("SELECT name FROM sqlite_schema WHERE name='{}'", index);
        EXPECT_EQ(ask(sql.c_str()), index);
    }
}

TEST_F(MigrationsTest, number_their_steps_without_gaps) {
    int expected = 0;
    for (const Migration& step : master_migrations()) EXPECT_EQ(step.version, ++expected);
}

}  // namespace
}  // namespace sloth
