// Which hooks want an event: an immutable snapshot, shared as shared_ptr<const HookIndex>. Any
// thread.
//
// Rule of the stack: a hook without one sees every event, a hook with one only events of that
// stack. Rule of the generation: a hook sees an event only if it wanted that type already when the
// event was accepted, so that a hook added (or enabled) later does not wake up to a backlog it was
// never meant for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/event.h"
#include "domain/hook.h"

namespace sloth {

// One hook as it runs: immutable, kept alive by the runs that use it.
struct RunnableHook {
    struct Wanted {
        std::string event_type;  // a type or a glob
        int64_t since = 0;       // the generation from which on it is wanted
    };

    std::string id;
    std::string name;
    std::string stack;
    HookLimits limits;
    Profile profile = Profile::service;
    Permissions permissions;
    int version = 1;
    std::string source;
    std::vector<Wanted> wanted;
    std::string delivery_suffix;  // "." and 16 hex digits of the id's hash
    uint64_t key = 0;  // (id, version) for workers that keep sources: unique in this process
};

// The delivery's id, the same for all attempts: the event's id and the hook's suffix.
std::string delivery_suffix(std::string_view hook_id);

class HookIndex {
 public:
    HookIndex() = default;
    HookIndex(int64_t generation, std::vector<std::shared_ptr<const RunnableHook>> hooks);

    int64_t generation() const { return generation_; }
    size_t size() const { return hooks_.size(); }
    const std::vector<std::shared_ptr<const RunnableHook>>& hooks() const { return hooks_; }

    // Appends to `out` (not cleared, so that its memory is reused) the hooks that want `event`, in
    // name order, each once.
    void match(const Event& event, std::vector<std::shared_ptr<const RunnableHook>>& out) const;

 private:
    struct Entry {
        uint32_t hook;  // into hooks_
        int64_t since;
    };
    void add(uint32_t hook, const RunnableHook::Wanted& wanted);
    void add_exact(std::string_view type, Entry entry);
    bool wants(const RunnableHook& hook, const Event& event, int64_t since) const;

    int64_t generation_ = 0;
    std::vector<std::shared_ptr<const RunnableHook>> hooks_;  // enabled ones, in name order
    std::unordered_map<std::string_view, std::vector<Entry>> exact_;
    std::vector<std::pair<std::string_view, Entry>> globs_;
};

}  // namespace sloth
