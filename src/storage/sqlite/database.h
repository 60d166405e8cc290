// A thin typed wrapper of SQLite: one connection, prepared statements, errors as Result. Not
// shareable: a connection and its statements belong to one thread (or to one lock).
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth {

class Statement {
 public:
    Statement() = default;
    explicit Statement(sqlite3_stmt* stmt) : stmt_(stmt) {}

    // Positions count from 1. Text is not copied: it must live until the next step().
    Statement& bind(int at, std::string_view text);
    Statement& bind(int at, int64_t value);
    Statement& bind(int at, int value) { return bind(at, int64_t(value)); }
    Statement& bind_null(int at);
    // "" as NULL.
    Statement& bind_or_null(int at, std::string_view text) {
        return text.empty() ? bind_null(at) : bind(at, text);
    }

    // True while there is a row. After the last row, or an error, the statement is reset and its
    // bindings are cleared.
    Result<bool> step();
    // For statements without rows.
    Result<void> run();
    void reset();

    // Columns count from 0.
    int64_t integer(int column) const { return sqlite3_column_int64(stmt_.get(), column); }
    std::string text(int column) const { return std::string(view(column)); }
    std::string_view view(int column) const;  // until the next step()
    bool is_null(int column) const {
        return sqlite3_column_type(stmt_.get(), column) == SQLITE_NULL;
    }

 private:
    struct Finalize {
        void operator()(sqlite3_stmt* stmt) const { sqlite3_finalize(stmt); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> stmt_;
};

class Database {
 public:
    enum class Mode { read_write, read_only };

    // WAL, synchronous=FULL, foreign keys on, checkpoints by hand; page cache of `cache_kib`.
    // Code::corrupt with advice for a file that is no database, Code::exhausted for a full disk.
    static Result<Database> open(const std::filesystem::path& path, Mode mode,
                                 int cache_kib = 8192);

    Result<void> exec(const char* sql);
    Result<Statement> prepare(std::string_view sql);
    int64_t changes() const { return sqlite3_changes64(db_.get()); }
    sqlite3* handle() const { return db_.get(); }

    // Maps what SQLite said last. FULL and BUSY are exhausted: later it may work. CORRUPT, NOTADB
    // and every I/O error are corrupt: after one, what the file holds is known only by reading it
    // anew. Else failed.
    static Error error(sqlite3* db, std::string_view tried);

 private:
    struct Close {
        void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
    };
    explicit Database(sqlite3* db) : db_(db) {}
    std::unique_ptr<sqlite3, Close> db_;
};

}  // namespace sloth
