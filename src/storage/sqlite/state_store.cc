#include "storage/sqlite/state_store.h"

namespace sloth {

Result<std::optional<std::string>> SqliteStateStore::get(std::string_view stack,
                                                         std::string_view key) {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(
        Statement * select,
        reader->statement("SELECT value FROM state WHERE stack=? AND key=? AND (expires_at IS "
                          "NULL OR expires_at>?)"));
    select->bind(1, stack).bind(2, key).bind(3, to_micros(clock_.wall()));
    SLOTH_TRY(const bool row, select->step());
    if (!row) return std::optional<std::string>();
    return select->text(0);
}

Result<std::vector<std::pair<std::string, std::string>>> SqliteStateStore::scan(
    std::string_view stack, std::string_view prefix) {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(Statement * select,
              reader->statement("SELECT key, value FROM state WHERE stack=? AND key>=? AND "
                                "(expires_at IS NULL OR expires_at>?) ORDER BY key"));
    select->bind(1, stack).bind(2, prefix).bind(3, to_micros(clock_.wall()));
    std::vector<std::pair<std::string, std::string>> out;
    for (;;) {
        SLOTH_TRY(const bool row, select->step());
        if (!row || !select->view(0).starts_with(prefix)) return out;
        out.emplace_back(select->text(0), select->text(1));
    }
}

}  // namespace sloth
