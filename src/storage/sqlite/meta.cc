#include "storage/sqlite/meta.h"

#include <array>

namespace sloth {
namespace {

constexpr std::array<std::string_view, 5> kKeys{"epoch", "hook_generation", "clean", "last_seq",
                                                "last_execution_id"};

}  // namespace

Result<int64_t> read_meta(Database& db, Meta key) {
    SLOTH_TRY(Statement select, db.prepare("SELECT value FROM meta WHERE key=?"));
    SLOTH_TRY(const bool row, select.bind(1, kKeys[size_t(key)]).step());
    if (!row) return fail(Code::corrupt, "the database has no '{}'", kKeys[size_t(key)]);
    return select.integer(0);
}

Result<void> write_meta(Database& db, Meta key, int64_t value) {
    SLOTH_TRY(Statement update, db.prepare("UPDATE meta SET value=? WHERE key=?"));
    return update.bind(1, value).bind(2, kKeys[size_t(key)]).run();
}

}  // namespace sloth
