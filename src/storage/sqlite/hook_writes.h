// The changes of the set of hooks, each within a transaction of the writer. The rules of the
// generation (ports/hook_store.h) are here. The writer's thread.
#pragma once

#include <string_view>

#include "domain/hook.h"
#include "ports/hook_store.h"
#include "storage/sqlite/database.h"

namespace sloth {

// Living hooks only, unless said: Code::not_found for a removed one.
Result<Hook> read_living_hook(Database& db, std::string_view id);

Result<Hook> insert_hook(Database& db, Hook hook, std::string_view source);
Result<Hook> replace_hook(Database& db, Hook hook, std::string_view source);
Result<Hook> enable_hook(Database& db, std::string_view id, bool enabled, WallTime now);
Result<void> write_hook_error(Database& db, std::string_view id, std::string_view error,
                              WallTime now);
Result<void> hold_version(Database& db, const HeldVersion& held, WallTime now);
Result<void> forget_held(Database& db, std::string_view id);
Result<void> remove_hook(Database& db, std::string_view id, WallTime now);

}  // namespace sloth
