#include "storage/sqlite/limit.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "storage/sqlite/checkpoint.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/migrations.h"

namespace sloth {
namespace {

constexpr int kCacheKib = 64 << 10;
constexpr std::string_view kHook = "01934f6e-8a3b-7c1d-9e2f-000000000001";
constexpr std::string_view kSuffix = ".0123456789abcdef";

// Removes the files of one database when it goes.
class ScratchFile {
 public:
    explicit ScratchFile(std::filesystem::path path) : path_(std::move(path)) { remove(); }
    ~ScratchFile() { remove(); }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    const std::filesystem::path& path() const { return path_; }

 private:
    void remove() const {
        std::error_code ignored;
        for (const char* suffix : {"", "-wal", "-shm"}) {
            std::filesystem::remove(path_.string() + suffix, ignored);
        }
    }
    std::filesystem::path path_;
};

struct Statements {
    Statement begin, commit, insert_event, insert_run, finish, count;

    static Result<Statements> prepare(Database& db) {
        Statements s;
        SLOTH_TRY(s.begin, db.prepare("BEGIN IMMEDIATE"));
        SLOTH_TRY(s.commit, db.prepare("COMMIT"));
        SLOTH_TRY(s.insert_event,
                  db.prepare("INSERT INTO events (seq, id, type, data, timestamp, created_at, "
                             "source, root_id, depth, hook_generation) "
                             "VALUES (?1,?2,'task.failed',?3,?4,?4,'bench',?2,0,1)"));
        SLOTH_TRY(s.insert_run,
                  db.prepare("INSERT INTO event_hook_executions (id, event_id, hook_id, hook_name, "
                             "success, output, duration_ms, executed_at, attempt, delivery_id, "
                             "status, hook_version, duration_us) "
                             "VALUES (?1,?2,?3,'bench',1,'Notification sent',0,?4,1,?5,'success',1,"
                             "57)"));
        SLOTH_TRY(s.finish,
                  db.prepare("UPDATE events SET status='completed', processed_at=? WHERE seq=?"));
        SLOTH_TRY(s.count, db.prepare("UPDATE hooks SET run_count=run_count+?, last_run=? WHERE "
                                      "id=?"));
        return s;
    }
};

Result<void> insert_hook(Database& db) {
    SLOTH_TRY(Statement hook,
              db.prepare("INSERT INTO hooks (id, name, event_type, file_path, created_at, "
                         "updated_at, content_hash, timeout_us, memory, output, "
                         "max_effects_in_flight) VALUES (?,'bench','task.failed','/',0,0,'',0,0,0,"
                         "0)"));
    return hook.bind(1, kHook).run();
}

// A transaction of the full pipe: a batch of new events, and the records of the batch before.
class Pipe {
 public:
    Pipe(Database& db, Statements statements, Clock& clock, const BareLoad& load)
        : checkpointer_(db),
          sql_(std::move(statements)),
          clock_(clock),
          now_(to_micros(clock.wall())) {
        data_ =
            R"({"text":")" + std::string(load.payload > 11 ? load.payload - 11 : 0, 'x') + R"("})";
        UuidGenerator ids({1, 2});
        ids_.reserve(load.events);
        for (size_t i = 0; i < load.events; ++i) ids_.push_back(ids.next(clock.wall()));
    }

    Result<void> transaction(size_t new_begin, size_t new_end, size_t done_begin) {
        SLOTH_TRY_VOID(sql_.begin.run());
        for (size_t i = new_begin; i < new_end; ++i) SLOTH_TRY_VOID(insert(i));
        for (size_t i = done_begin; i < new_begin; ++i) SLOTH_TRY_VOID(record(i));
        if (done_begin < new_begin) {
            sql_.count.bind(1, int64_t(new_begin - done_begin)).bind(2, now_).bind(3, kHook);
            SLOTH_TRY_VOID(sql_.count.run());
        }
        const MonoTime began = clock_.mono();
        SLOTH_TRY_VOID(sql_.commit.run());
        flushes_.push_back(std::chrono::duration_cast<Micros>(clock_.mono() - began));
        return checkpointer_.after_commit();
    }

    Micros flush_quantile(double q) {
        std::ranges::sort(flushes_);
        return flushes_[std::min(flushes_.size() - 1, size_t(q * double(flushes_.size())))];
    }

 private:
    Result<void> insert(size_t i) {
        return sql_.insert_event.bind(1, int64_t(i + 1))
            .bind(2, ids_[i])
            .bind(3, data_)
            .bind(4, now_)
            .run();
    }
    Result<void> record(size_t i) {
        const std::string delivery = ids_[i] + std::string(kSuffix);
        SLOTH_TRY_VOID(sql_.insert_run.bind(1, int64_t(i + 1))
                           .bind(2, ids_[i])
                           .bind(3, kHook)
                           .bind(4, now_)
                           .bind(5, delivery)
                           .run());
        return sql_.finish.bind(1, now_).bind(2, int64_t(i + 1)).run();
    }

    Checkpointer checkpointer_;
    Statements sql_;
    Clock& clock_;
    int64_t now_;
    std::string data_;
    std::vector<std::string> ids_;
    std::vector<Micros> flushes_;
};

}  // namespace

Result<BareLimit> bare_sqlite_limit(const std::filesystem::path& folder, Clock& clock,
                                    const BareLoad& load) {
    if (load.events == 0 || load.batch == 0) {
        return fail(Code::invalid, "measure the limit of SQLite: no events");
    }
    const ScratchFile file(folder / "limit.db");
    SLOTH_TRY(Database db, Database::open(file.path(), Database::Mode::read_write, kCacheKib));
    SLOTH_TRY_VOID(migrate(db, master_migrations(), file.path().string()));
    SLOTH_TRY_VOID(insert_hook(db));
    SLOTH_TRY(Statements statements, Statements::prepare(db));
    Pipe pipe(db, std::move(statements), clock, load);
    const MonoTime began = clock.mono();
    size_t recorded = 0;
    for (size_t stored = 0; recorded < load.events;) {
        const size_t end = std::min(load.events, stored + load.batch);
        SLOTH_TRY_VOID(pipe.transaction(stored, end, recorded));
        recorded = stored;
        stored = end;
    }
    const double seconds = std::chrono::duration<double>(clock.mono() - began).count();
    return BareLimit{double(load.events) / std::max(seconds, 1e-9), pipe.flush_quantile(0.5),
                     pipe.flush_quantile(0.99), pipe.flush_quantile(0.999)};
}

}  // namespace sloth
