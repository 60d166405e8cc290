// The hooks of the store in memory: plain values and the rules of HookStore.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/execution.h"
#include "domain/hook.h"
#include "domain/hook_index.h"
#include "ports/hook_store.h"

namespace sloth {

class MemoryHooks {
 public:
    Result<Hook> add(Hook hook, std::string_view source);
    Result<Hook> update(Hook hook, std::string_view source);
    Result<Hook> set_enabled(std::string_view id, bool enabled, WallTime now);
    Result<void> set_last_error(std::string_view id, std::string_view error, WallTime now);
    Result<void> hold(const HeldVersion& held, WallTime now);
    Result<void> forget_held(std::string_view id);
    Result<std::string> held_source(std::string_view id) const;
    Result<void> remove(std::string_view id, WallTime now);
    Result<Hook> find(std::string_view ref, bool with_removed) const;
    std::vector<Hook> list(const std::optional<std::string>& stack) const;
    std::vector<HookVersion> versions(std::string_view id) const;
    std::shared_ptr<const HookIndex> load_index() const;
    void count(const Execution& run);

 private:
    struct Row {
        Hook hook;
        std::vector<HookVersion> versions;
        std::map<std::string, int64_t> since;  // by type
        std::optional<std::string> held;       // source
    };
    Result<Row*> living(std::string_view id);
    bool is_taken(const Hook& hook) const;
    // A generation has begun: types that are new get it, all of them if `anew`.
    void want(Row& row, bool anew);

    std::vector<Row> rows_;  // by age
    int64_t generation_ = 0;
};

}  // namespace sloth
