// Hooks, their versions, and the generation of the set. Any thread; blocks for one commit or a
// read.
//
// Every change of which hook wants which event (add, replace, enable, disable, remove, other types)
// raises the generation in the same transaction. A type that a hook wants keeps the generation
// since which it is wanted.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/hook.h"
#include "domain/hook_index.h"

namespace sloth {

struct HeldVersion {
    std::string hook_id;
    std::string content_hash;
    std::string source;
    std::string why;  // becomes the hook's last_error
};

class HookStore {
 public:
    virtual ~HookStore() = default;

    // `hook` complete but for version; `source` is its first version. Code::conflict if the name
    // lives.
    virtual Result<Hook> add(const Hook& hook, std::string_view source) = 0;

    // Everything but id, created_at, last_run and run_count as in `hook`. A source whose hash
    // differs from the stored one becomes a new version. Clears nothing by itself: last_error is as
    // in `hook`.
    virtual Result<Hook> update(const Hook& hook, std::string_view source) = 0;

    virtual Result<Hook> set_enabled(std::string_view id, bool enabled, WallTime now) = 0;
    virtual Result<void> set_last_error(std::string_view id, std::string_view error,
                                        WallTime now) = 0;

    // A version that asks for more than was approved waits, in the place of one that waits already,
    // until update() or forget_held(). held_source(): Code::not_found if none waits.
    virtual Result<void> hold(const HeldVersion& held, WallTime now) = 0;
    virtual Result<void> forget_held(std::string_view id) = 0;
    virtual Result<std::string> held_source(std::string_view id) = 0;

    // Marks it removed; its name is free again, its history stays.
    virtual Result<void> remove(std::string_view id, WallTime now) = 0;

    // By name, id or unique prefix of an id; removed ones only if `with_removed` (the newest of
    // that name).
    virtual Result<Hook> find(std::string_view ref, bool with_removed = false) = 0;
    virtual Result<std::vector<Hook>> list(std::optional<std::string> stack = {}) = 0;
    virtual Result<std::vector<HookVersion>> versions(std::string_view id) = 0;

    // What runs now: enabled hooks with the source of their current version.
    virtual Result<std::shared_ptr<const HookIndex>> load_index() = 0;
};

}  // namespace sloth
