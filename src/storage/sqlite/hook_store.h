// HookStore over SQLite. Any thread but the writer's.
#pragma once

#include "ports/hook_store.h"
#include "storage/sqlite/readers.h"
#include "storage/sqlite/writer.h"

namespace sloth {

class SqliteHookStore final : public HookStore {
 public:
    SqliteHookStore(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}

    Result<Hook> add(const Hook& hook, std::string_view source) override;
    Result<Hook> update(const Hook& hook, std::string_view source) override;
    Result<Hook> set_enabled(std::string_view id, bool enabled, WallTime now) override;
    Result<void> set_last_error(std::string_view id, std::string_view error, WallTime now) override;
    Result<void> hold(const HeldVersion& held, WallTime now) override;
    Result<void> forget_held(std::string_view id) override;
    Result<std::string> held_source(std::string_view id) override;
    Result<void> remove(std::string_view id, WallTime now) override;
    Result<Hook> find(std::string_view ref, bool with_removed) override;
    Result<std::vector<Hook>> list(std::optional<std::string> stack) override;
    Result<std::vector<HookVersion>> versions(std::string_view id) override;
    Result<std::shared_ptr<const HookIndex>> load_index() override;

 private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace sloth
