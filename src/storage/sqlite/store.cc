#include "storage/sqlite/store.h"

#include <fcntl.h>

#include "base/file.h"
#include "storage/sqlite/agent_registry.h"
#include "storage/sqlite/agent_watchers.h"
#include "storage/sqlite/event_store.h"
#include "storage/sqlite/execution_store.h"
#include "storage/sqlite/hook_store.h"
#include "storage/sqlite/meta.h"
#include "storage/sqlite/migrations.h"
#include "storage/sqlite/secret_store.h"
#include "storage/sqlite/state_store.h"

namespace sloth {

namespace {

constexpr const char* kFile = "master.db";

}  // namespace

struct SqliteStore::Parts {
    Parts(const std::filesystem::path& folder, Clock& clock,
          std::unique_ptr<HeldEvents> held_events, std::unique_ptr<Writer> the_writer, Epoch epoch,
          bool clean)
        : held(std::move(held_events)),
          writer(std::move(the_writer)),
          readers(folder / kFile),
          events(*writer, readers, *held, epoch),
          hooks(*writer, readers),
          executions(readers),
          state(readers, clock),
          agents(*writer, readers),
          agent_watchers(*writer, readers),
          secrets(*writer, readers, folder / "keys" / "secrets.key"),
          was_clean(clean) {}

    std::unique_ptr<HeldEvents> held;
    std::unique_ptr<Writer> writer;  // outlives the readers: the last connection removes the log
    Readers readers;
    SqliteEventStore events;
    SqliteHookStore hooks;
    SqliteExecutionStore executions;
    SqliteStateStore state;
    SqliteAgentRegistry agents;
    SqliteAgentWatchers agent_watchers;
    SqliteSecretStore secrets;
    bool was_clean;
};

namespace {

constexpr int kCacheKib = 64 << 10;  // SQLite takes it only as it is needed
constexpr const char* kSmallTables[] = {
    "meta",    "hooks",          "hook_event_types", "hook_versions",   "hook_pending",  "state",
    "secrets", "effect_journal", "agents",           "agent_positions", "agent_watchers"};

// What users' events hold is nobody else's business. The -wal and -shm files follow this one.
Result<void> make_private_file(const std::filesystem::path& file) {
    const Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (fd) return {};
    const int error = errno;
    return fail(error == ENOSPC   ? Code::exhausted
                : error == EACCES ? Code::refused
                                  : Code::failed,
                "open '{}': {}", file.string(), errno_text(error));
}

Result<void> quick_check(Database& db, const std::string& sql, std::string_view file) {
    SLOTH_TRY(Statement check, db.prepare(sql));
    SLOTH_TRY(const bool row, check.step());
    if (row && check.view(0) == "ok") return {};
    return fail_with(
        {Code::corrupt,
         fmt::format("open '{}': the database is damaged: {}", file,
                     row ? check.view(0) : "it cannot be checked"),
         "restore a backup, try `sqlite3 master.db .recover`, or move the file away to "
         "start with an empty one"});
}

Result<void> check_after_crash(Database& db, const std::filesystem::path& file, int64_t max_full) {
    std::error_code ignored;
    const auto size = std::filesystem::file_size(file, ignored);
    if (!ignored && int64_t(size) <= max_full) {
        return quick_check(db, "PRAGMA quick_check(1)", file.string());
    }
    for (const char* table : kSmallTables) {
        SLOTH_TRY_VOID(
            quick_check(db, fmt::format("PRAGMA quick_check('{}')", table), file.string()));
    }
    return {};
}

struct Life {
    Epoch epoch = 0;
    bool was_clean = true;
};

Result<Life> begin_life(Database& db) {
    SLOTH_TRY_VOID(db.exec("BEGIN IMMEDIATE"));
    Life life;
    SLOTH_TRY(const int64_t before, read_meta(db, Meta::epoch));
    SLOTH_TRY(const int64_t clean, read_meta(db, Meta::clean));
    life.epoch = before + 1;
    life.was_clean = clean != 0;
    SLOTH_TRY_VOID(write_meta(db, Meta::epoch, life.epoch));
    SLOTH_TRY_VOID(write_meta(db, Meta::clean, 0));
    SLOTH_TRY_VOID(db.exec("COMMIT"));
    return life;
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& data_folder,
                                                       Clock& clock, Options options) {
    const auto file = data_folder / kFile;
    SLOTH_TRY_VOID(make_private_file(file));
    SLOTH_TRY(Database db, Database::open(file, Database::Mode::read_write, kCacheKib));
    SLOTH_TRY_VOID(migrate(db, master_migrations(), file.string()));
    SLOTH_TRY(const int64_t clean, read_meta(db, Meta::clean));
    if (clean == 0) SLOTH_TRY_VOID(check_after_crash(db, file, options.max_full_check));
    SLOTH_TRY(const Life life, begin_life(db));
    auto held = std::make_unique<HeldEvents>();
    SLOTH_TRY(auto writer, Writer::open(std::move(db), *held, clock, std::move(options.writer)));
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::make_unique<Parts>(
        data_folder, clock, std::move(held), std::move(writer), life.epoch, life.was_clean)));
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& data_folder,
                                                       Clock& clock) {
    return open(data_folder, clock, Options());
}

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

SqliteStore::~SqliteStore() {
    parts_->events.set_ready(nullptr);
    // What cannot be noted is an unclean stop, and treated as one at the next start.
    static_cast<void>(parts_->writer->run(
        [](WriteGroup& group) { return write_meta(group.db(), Meta::clean, 1); }));
}

EventStore& SqliteStore::events() { return parts_->events; }
HookStore& SqliteStore::hooks() { return parts_->hooks; }
ExecutionStore& SqliteStore::executions() { return parts_->executions; }
StateStore& SqliteStore::state() { return parts_->state; }
AgentStore& SqliteStore::agents() { return parts_->agents; }
AgentWatcherStore& SqliteStore::agent_watchers() { return parts_->agent_watchers; }
SecretStore& SqliteStore::secrets() { return parts_->secrets; }
bool SqliteStore::was_clean() const { return parts_->was_clean; }
bool SqliteStore::healthy() const { return parts_->writer->healthy(); }
int64_t SqliteStore::commits() const { return parts_->writer->commits(); }

}  // namespace sloth
