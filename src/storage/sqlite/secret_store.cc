#include "storage/sqlite/secret_store.h"

#include <algorithm>

namespace sloth {
namespace {

std::string place_of(std::string_view stack, std::string_view name) {
    return fmt::format("{}:{}/{}", stack.size(), stack, name);
}

std::string in_stack(std::string_view stack) {
    return stack.empty() ? "" : fmt::format(" in the stack '{}'", stack);
}

std::unexpected<Error> unknown(std::string_view stack, std::string_view name) {
    return fail_with({Code::not_found, fmt::format("no secret '{}'{}", name, in_stack(stack)),
                      "`sloth-runner secret list` shows the names"});
}

const SecretKey* find_key(const std::vector<SecretKey>& keys, std::string_view id) {
    const auto found = std::ranges::find_if(keys, [&](const auto& key) { return key.id() == id; });
    return found == keys.end() ? nullptr : &*found;
}

Result<void> put(Database& db, std::string_view stack, std::string_view name, const SecretKey& key,
                 std::string_view value, WallTime now) {
    SLOTH_TRY(Statement put,
              db.prepare("INSERT INTO secrets (stack, name, key_id, value, created_at, updated_at) "
                         "VALUES (?1,?2,?3,?4,?5,?5) ON CONFLICT (stack, name) DO UPDATE SET "
                         "key_id=?3, value=?4, updated_at=?5"));
    const std::string sealed = key.seal(value, place_of(stack, name));
    const std::string id = key.id();
    return put.bind(1, stack)
        .bind(2, name)
        .bind(3, id)
        .bind(4, sealed)
        .bind(5, to_micros(now))
        .run();
}

}  // namespace

Result<bool> SqliteSecretStore::set(std::string_view stack, std::string_view name,
                                    std::string_view value, WallTime now) {
    SLOTH_TRY_VOID(check_secret_name(name));
    if (value.size() > kMaxSecretBytes) {
        return fail(Code::invalid, "set the secret '{}': it has {} bytes, the limit is {}", name,
                    value.size(), kMaxSecretBytes);
    }
    bool replaced = false;
    SLOTH_TRY_VOID(writer_.run([&](WriteGroup& group) -> Result<void> {
        SLOTH_TRY(std::vector<SecretKey> keys, key_file_.read());
        if (keys.empty()) {
            SLOTH_TRY(Statement any, group.db().prepare("SELECT 1 FROM secrets LIMIT 1"));
            SLOTH_TRY(const bool sealed, any.step());
            if (sealed) {
                return fail_with({Code::refused,
                                  fmt::format("the key file '{}' is gone, and secrets are sealed "
                                              "with it",
                                              key_file_.path().string()),
                                  "restore it from a backup, or remove the secrets first"});
            }
            keys.push_back(SecretKey::generate());
            SLOTH_TRY_VOID(key_file_.write(keys));
        }
        SLOTH_TRY(Statement known,
                  group.db().prepare("SELECT 1 FROM secrets WHERE stack=? AND name=?"));
        SLOTH_TRY(replaced, known.bind(1, stack).bind(2, name).step());
        return put(group.db(), stack, name, keys.front(), value, now);
    }));
    return replaced;
}

Result<SqliteSecretStore::Sealed> SqliteSecretStore::find(std::string_view stack,
                                                          std::string_view name) {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(Statement * select,
              reader->statement("SELECT key_id, value FROM secrets WHERE stack=? AND name=?"));
    SLOTH_TRY(const bool row, select->bind(1, stack).bind(2, name).step());
    if (!row) return unknown(stack, name);
    return Sealed{std::string(stack), std::string(name), select->text(0), select->text(1)};
}

Result<std::string> SqliteSecretStore::open(const Sealed& row,
                                            const std::vector<SecretKey>& keys) const {
    const SecretKey* key = find_key(keys, row.key_id);
    auto value = key != nullptr ? key->open(row.value, place_of(row.stack, row.name))
                                : Result<std::string>(fail(Code::failed, "its key is missing"));
    if (value) return value;
    return fail_with({Code::failed,
                      fmt::format("read the secret '{}'{}: {}", row.name, in_stack(row.stack),
                                  value.error().message),
                      fmt::format("restore the key file '{}', or set the secret again",
                                  key_file_.path().string())});
}

Result<std::string> SqliteSecretStore::get(std::string_view stack, std::string_view name) {
    SLOTH_TRY(Sealed row, find(stack, name));
    SLOTH_TRY(std::vector<SecretKey> keys, key_file_.read());
    if (find_key(keys, row.key_id) == nullptr) {
        // Sealed anew between the two reads?
        SLOTH_TRY(row, find(stack, name));
    }
    return open(row, keys);
}

Result<std::vector<SecretInfo>> SqliteSecretStore::list(std::optional<std::string> stack) {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(Statement * select,
              reader->statement("SELECT stack, name, created_at, updated_at FROM secrets WHERE ?1 "
                                "IS NULL OR stack=?1 ORDER BY stack, name"));
    if (stack) select->bind(1, *stack);
    std::vector<SecretInfo> out;
    for (;;) {
        SLOTH_TRY(const bool row, select->step());
        if (!row) return out;
        out.push_back({select->text(0), select->text(1), from_micros(select->integer(2)),
                       from_micros(select->integer(3))});
    }
}

Result<void> SqliteSecretStore::remove(std::string_view stack, std::string_view name) {
    return writer_.run([&](WriteGroup& group) -> Result<void> {
        SLOTH_TRY(Statement erase,
                  group.db().prepare("DELETE FROM secrets WHERE stack=? AND name=?"));
        SLOTH_TRY_VOID(erase.bind(1, stack).bind(2, name).run());
        if (group.db().changes() == 0) return unknown(stack, name);
        return {};
    });
}

Result<size_t> SqliteSecretStore::seal_anew(Database& db) {
    SLOTH_TRY(std::vector<SecretKey> keys, key_file_.read());
    SLOTH_TRY(Statement select, db.prepare("SELECT stack, name, key_id, value FROM secrets"));
    std::vector<Sealed> rows;
    for (;;) {
        SLOTH_TRY(const bool row, select.step());
        if (!row) break;
        rows.push_back({select.text(0), select.text(1), select.text(2), select.text(3)});
    }
    const std::vector<SecretKey> old = keys;
    keys.insert(keys.begin(), SecretKey::generate());
    // Both are in the file before a row needs the new one.
    SLOTH_TRY_VOID(key_file_.write(keys));
    SLOTH_TRY(Statement update,
              db.prepare("UPDATE secrets SET key_id=?, value=? WHERE stack=? AND name=?"));
    const std::string id = keys.front().id();
    for (const Sealed& row : rows) {
        SLOTH_TRY(const std::string value, open(row, old));
        const std::string sealed = keys.front().seal(value, place_of(row.stack, row.name));
        update.bind(1, id).bind(2, sealed).bind(3, row.stack).bind(4, row.name);
        SLOTH_TRY_VOID(update.run());
    }
    return rows.size();
}

Result<size_t> SqliteSecretStore::rotate_key() {
    size_t count = 0;
    SLOTH_TRY_VOID(writer_.run([&](WriteGroup& group) -> Result<void> {
        SLOTH_TRY(count, seal_anew(group.db()));
        return {};
    }));
    // Nothing needs the others any more. A crash before this leaves them lying there, no more.
    SLOTH_TRY_VOID(writer_.run([&](WriteGroup&) -> Result<void> {
        SLOTH_TRY(std::vector<SecretKey> keys, key_file_.read());
        if (keys.size() > 1) keys.resize(1, keys.front());
        return key_file_.write(keys);
    }));
    return count;
}

}  // namespace sloth
