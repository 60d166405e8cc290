// SecretStore over SQLite and a key file. Any thread but the writer's. A row names the key that it
// is sealed with, and a key leaves the file only when no row needs it any more.
#pragma once

#include "ports/secret_store.h"
#include "storage/key_file.h"
#include "storage/sqlite/readers.h"
#include "storage/sqlite/writer.h"

namespace sloth {

class SqliteSecretStore final : public SecretStore {
 public:
    SqliteSecretStore(Writer& writer, Readers& readers, std::filesystem::path key_file)
        : writer_(writer), readers_(readers), key_file_(std::move(key_file)) {}

    Result<bool> set(std::string_view stack, std::string_view name, std::string_view value,
                     WallTime now) override;
    Result<std::string> get(std::string_view stack, std::string_view name) override;
    Result<std::vector<SecretInfo>> list(std::optional<std::string> stack) override;
    Result<void> remove(std::string_view stack, std::string_view name) override;
    Result<size_t> rotate_key() override;

 private:
    struct Sealed {
        std::string stack;
        std::string name;
        std::string key_id;
        std::string value;
    };

    Result<Sealed> find(std::string_view stack, std::string_view name);
    Result<std::string> open(const Sealed& row, const std::vector<SecretKey>& keys) const;
    Result<size_t> seal_anew(Database& db);

    Writer& writer_;
    Readers& readers_;
    const KeyFile key_file_;
};

}  // namespace sloth
