// The schema of master.db and how older files get there: numbered steps, each in one transaction,
// the number kept in PRAGMA user_version. Called once, by the thread that opens the file, before
// anybody else has a connection.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "storage/sqlite/database.h"

namespace sloth {

struct Migration {
    int version = 0;  // 1, 2, 3, ... without gaps
    const char* sql = nullptr;
};

// The steps of master.db, oldest first. A released step is never edited: a change is a new step.
std::span<const Migration> master_migrations();

// Brings `db` to the newest of `steps`. Code::refused, the file untouched, for a schema newer than
// that and for a database that somebody else made. A failed step leaves its predecessor's schema.
Result<void> migrate(Database& db, std::span<const Migration> steps, std::string_view file);

Result<int64_t> schema_version(Database& db);

}  // namespace sloth
