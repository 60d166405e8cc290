// The schema of agent.db and how older files get there: each step in one transaction, the number
// kept in PRAGMA user_version. Called once, by the thread that opens the file.
#pragma once

#include <filesystem>

#include "ports/random.h"
#include "storage/sqlite/database.h"

namespace sloth {

// An empty file becomes one with an epoch of its own. Code::conflict, the file untouched, for a
// newer schema.
Result<void> prepare_watcher_schema(Database& db, const std::filesystem::path& path,
                                    Random& random);

}  // namespace sloth
