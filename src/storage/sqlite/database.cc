#include "storage/sqlite/database.h"

namespace sloth {

Statement& Statement::bind(int at, std::string_view text) {
    sqlite3_bind_text64(stmt_.get(), at, text.data() ? text.data() : "", text.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
    return *this;
}

Statement& Statement::bind(int at, int64_t value) {
    sqlite3_bind_int64(stmt_.get(), at, value);
    return *this;
}

Statement& Statement::bind_null(int at) {
    sqlite3_bind_null(stmt_.get(), at);
    return *this;
}

void Statement::reset() {
    sqlite3_reset(stmt_.get());
    sqlite3_clear_bindings(stmt_.get());
}

Result<bool> Statement::step() {
    const int rc = sqlite3_step(stmt_.get());
    if (rc == SQLITE_ROW) return true;
    if (rc == SQLITE_DONE) {
        reset();
        return false;
    }
    Error error = Database::error(sqlite3_db_handle(stmt_.get()), "use the store");
    reset();
    return fail_with(std::move(error));
}

Result<void> Statement::run() {
    SLOTH_TRY(const bool row, step());
    if (row) reset();
    return {};
}

std::string_view Statement::view(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(stmt_.get(), column));
    return text ? std::string_view(text, size_t(sqlite3_column_bytes(stmt_.get(), column)))
                : std::string_view();
}

Result<Database> Database::open(const std::filesystem::path& path, Mode mode, int cache_kib) {
    sqlite3* raw = nullptr;
    const int flags = (mode == Mode::read_only ? SQLITE_OPEN_READONLY
                                               : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                      SQLITE_OPEN_NOMUTEX;
    const int rc = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    Database db(raw);
    if (rc != SQLITE_OK) return fail_with(error(raw, fmt::format("open '{}'", path.string())));
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_timeout(raw, 5000);
    const std::string setup = fmt::format(
        "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA foreign_keys=ON; PRAGMA "
        "cache_size=-{}; {}",
        cache_kib,
        mode == Mode::read_only
            ? "PRAGMA query_only=ON"
            : "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0");
    if (sqlite3_exec(raw, setup.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return fail_with(error(raw, fmt::format("open '{}'", path.string())));
    }
    return db;
}

Result<void> Database::exec(const char* sql) {
    if (sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        return fail_with(error(db_.get(), "use the store"));
    }
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* stmt = nullptr;
    if (sqlite3_prepare_v3(db_.get(), sql.data(), int(sql.size()), SQLITE_PREPARE_PERSISTENT, &stmt,
                           nullptr) != SQLITE_OK) {
        return fail_with(error(db_.get(), "use the store"));
    }
    return Statement(stmt);
}

Error Database::error(sqlite3* db, std::string_view tried) {
    const int extended = db ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
    const char* why = db ? sqlite3_errmsg(db) : "out of memory";
    std::string message = fmt::format("{}: {}", tried, why);
    switch (extended & 0xff) {
        case SQLITE_FULL:
            return {Code::exhausted, std::move(message),
                    "free some space on the disk of the data folder"};
        case SQLITE_BUSY:
            return {Code::exhausted, std::move(message),
                    "another program holds the database: end it, or try again"};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {Code::corrupt, std::move(message),
                    "the database file is damaged: restore a backup, or move the file away to "
                    "start with an empty one"};
        case SQLITE_IOERR:
            if (extended == SQLITE_IOERR_NOMEM) return {Code::exhausted, std::move(message), {}};
            return {Code::corrupt, std::move(message),
                    "the disk of the data folder fails: check it, then start again"};
        default:
            return {Code::failed, std::move(message), {}};
    }
}

}  // namespace sloth
